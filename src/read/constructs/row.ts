/**
 * Where a value stands in a call: `0` an argument, `.name.part` a property of what it is given, `0.name` a property of an argument's own,
 * `base` what a method is called on, `self` the thing itself, `root` the thing that a chain of methods starts at, `"text"` that text.
 * `a | b`: the first that is there. `name(x)`: the last name of a constant or a call; `port(x)`, `image(x)`, `code(x)`, `steps(x)`,
 * `queue(x)`: see `places.ts`.
 */
type Spot = string

/** A resource of the cloud, as its own tables name it, with its properties: `environment.variables` ← `.environment`. */
export interface Part {
  /** Below the address of what it belongs to; without one it is that itself. */
  name?: string
  type: string
  properties: Record<string, Spot>
  /** Only where this is there. */
  where?: Spot
}

/** A class of a library. */
export interface ClassRow {
  /** `aws_lambda.Function`, several separated by blanks. */
  classes: string
  /** What it is itself; the properties it is given are its own, but for those that a part takes. None: it only has parts. */
  type?: string
  properties?: Record<string, Spot>
  also?: Part[]
}

/** Methods by which things are joined. */
export interface MethodRow {
  /** Names, separated by blanks; `*` at the end: any that starts so. */
  methods: string
  /** Classes that it is a method of, where that matters. */
  of?: string
  adds?: Part[]
  /** A value that is added to a list of the thing it is called on. */
  into?: { property: string; value: Record<string, Spot> }
}

/** A class whose object stands for something else: a target of a rule, an integration, a source of events. */
export interface WrapperRow {
  classes: string
  /** What it stands for. */
  is: Spot
  /** Of a source of events: what it adds to the function that takes it (`base`). */
  adds?: Part[]
}

/** One library family. */
export interface ConstructTable {
  classes: ClassRow[]
  methods: MethodRow[]
  wrappers: WrapperRow[]
}
