import type { Spot } from './evidence.ts'

/**
 * What one source file says of the program, with no meaning yet: whether `X(y)` is an HTTP call depends on what X is, which
 * may stand in another file, and on the library tables. Facts are path-free: they are cached by blob.
 */
export interface ProgramFacts {
  unit: UnitFact
  types: TypeFact[]
  /** `functions[0]` is always the file's own top level (`name: '<module>'`). */
  functions: FunctionFact[]
  binds: BindFact[]
  /** Every call expression of the file, once; expressions refer to it as `{ is: 'call', call: index }`. */
  calls: CallFact[]
  returns: ReturnFact[]
  cases: CaseFact[]
  /** Expressions that are evaluated but neither bound, passed nor returned (conditions, operands), if they read a member. */
  reads: ReadFact[]
}

/** How names work in a language. Data from its spec; the analyser asks these, never the language's name. What is absent does not hold. */
export interface LanguageTraits {
  /** What one importable module is: a file (JS, Python), a folder (Go), or a type (Java, C#). */
  moduleIs: 'file' | 'directory' | 'type'
  /** A bare name inside a method may be a member of its type (Java, C#). */
  implicitThis?: boolean
  /** Name of the receiver inside methods: `this`, `self`; absent where each method names its own (Go: FunctionFact.receiver). */
  self?: string
  /** The receiver is the first declared parameter (Python). */
  selfIsFirstParameter?: boolean
  /** Functions of one name are told apart by the number of arguments (Java, C#). */
  overloads?: boolean
  /** A static method whose first parameter has `this` extends that type (C#). */
  extensionMethods?: boolean
  /** Fields without a name lend their members to the type (Go). */
  embedding?: boolean
  /** A type's name called like a function makes an instance (Python), without `new`. */
  callMakesInstance?: boolean
  /** Several return values are one tuple whose parts are bound by position (Go, Python). */
  tuples?: boolean
  /** Assigning a name in a function makes a local, whatever the file has under that name (PHP, Ruby). */
  assignmentMakesLocal?: boolean
  /** A class may be declared in parts, in several files (Ruby). */
  openTypes?: boolean
  /** A name or member without parentheses may be a call without arguments (Ruby). */
  namesAreCalls?: boolean
  /** Results are pairs of a tag and a value, `{:ok, value}`; those tagged `error` hold none (Elixir). */
  taggedResults?: boolean
  /** Code may run in a page, where a path alone goes to the page's own host (JavaScript). */
  inPages?: boolean
  /** Imports are paths of modules from the root of the package (`crate`), from the file (`self`) or from above it (`super`) (Rust). */
  modulePaths?: boolean
  /** Files are joined by including them: they share all names (C++). */
  includes?: boolean
  /** Members of a holder whose type arguments stand for what it holds (`IOptions<T>.Value`): they give the value itself. */
  held?: string[]
  /** Accessor prefixes that stand for a field of the same name (`get`, `set`, `is`, `Get`), for generated messages. */
  accessors: string[]
}

interface UnitFact {
  language: string
  traits: LanguageTraits
  /** Package, namespace or module as declared in the file. */
  package?: string
  imports: ImportFact[]
  /** The file says of itself that it was generated (`Code generated … DO NOT EDIT`); `from` is the source it names, such as a .proto. */
  generated?: { by?: string; from?: string }
  /** The file has a program's entry point (`func main` in package main, `static void main`, `if __name__ == '__main__'`, top-level statements of a C# Program). */
  main?: Spot
}

/** `local` is the name in this file (`*` for a star import, `.` for import into scope); `path` the module as written; `name` the imported member, if one. */
export interface ImportFact {
  local: string
  path: string
  name?: string
  /** Holds for every file of the build module (C# `global using`). */
  everywhere?: true
  spot: Spot
}

export interface AnnotationFact {
  name: string
  args: Expr[]
  named: { name: string; value: Expr }[]
  spot: Spot
}

export interface TypeFact {
  name: string
  /** Name of the type around it, or of the function. */
  outer?: string
  kind: 'class' | 'interface' | 'struct' | 'enum' | 'alias' | 'record'
  typeParameters?: string[]
  /** Supertypes, interfaces and embedded types, as written without type arguments. */
  supers: TypeRef[]
  fields: FieldFact[]
  annotations: AnnotationFact[]
  spot: Spot
}

/** A type as written: `name` may be qualified (`pb.BillingClient`), `args` are its type arguments. */
export interface TypeRef {
  name: string
  args?: TypeRef[]
}

export interface FieldFact {
  name: string
  type?: TypeRef
  /** A Go struct tag, raw. */
  tag?: string
  annotations: AnnotationFact[]
  value?: Expr
  /** The field has a default, or may be absent (`?`, `Optional`, `omitempty` is not that). */
  optional?: boolean
  /** It belongs to the type, not to its instances. */
  static?: boolean
  /** It cannot be seen outside its type. */
  hidden?: boolean
  spot: Spot
}

export interface ParameterFact {
  name: string
  type?: TypeRef
  default?: Expr
  annotations: AnnotationFact[]
  /** Takes the rest of the positional arguments. */
  rest?: boolean
  /** TypeScript: the parameter also declares a field of its class (`private readonly x: X`). */
  field?: boolean
}

export interface FunctionFact {
  name: string
  /** Index in `types` of the type it is a member of, or the written name of a type that another file declares (Go receivers). */
  owner?: number | string
  /** The receiver's name inside the body, where the language lets each method choose (Go). */
  receiver?: string
  /** Index of the enclosing function, for lambdas and nested functions. */
  outer?: number
  /** Not `constructor`: every object has a member of that name. */
  isConstructor?: boolean
  static?: boolean
  typeParameters?: string[]
  parameters: ParameterFact[]
  returns?: TypeRef
  annotations: AnnotationFact[]
  spot: Spot
}

/** `target = value` inside function `fn` (or in its type, for field initialisers). `type` is the declared type of a local. */
export interface BindFact {
  fn: number
  target: Expr
  value: Expr
  type?: TypeRef
  spot: Spot
}

export interface CallFact {
  fn: number
  callee: Expr
  args: Expr[]
  named: { name: string; value: Expr }[]
  /** Object or collection initialiser, or keyword literal of a struct: `new X { A = b }`, `X{A: b}`, `X(a=b)` goes to `named`. */
  init?: { key: Expr; value: Expr }[]
  typeArgs?: TypeRef[]
  /** `new X(…)`, or a composite literal `X{…}`. */
  isNew?: boolean
  /** The member call is guarded against absence (`a?.b()`). */
  optional?: boolean
  spot: Spot
}

export interface ReturnFact {
  fn: number
  value: Expr
  spot: Spot
}

/** A label of a switch or pattern match, or the right side of an equality with a constant; `of` is what is matched. */
export interface CaseFact {
  fn: number
  of?: Expr
  value: Expr
  /** Of a switch: it has a default branch. */
  hasDefault?: boolean
  spot: Spot
}

export interface ReadFact {
  fn: number
  value: Expr
}

/** An expression as written. No meaning: environment look-ups, configuration and parameters are meanings of a ref or call that analyse gives. */
export type Expr =
  | { is: 'text'; text: string; line: number }
  | { is: 'concat'; parts: Expr[]; line: number }
  /** First option that has a value: `||`, `??`, `or`, `?:` with a test of the same value. */
  | { is: 'or'; options: Expr[]; line: number }
  /** Either branch: a conditional, a switch expression. */
  | { is: 'either'; options: Expr[]; line: number }
  | { is: 'ref'; name: string; line: number }
  | { is: 'member'; of: Expr; name: string; optional?: boolean; line: number }
  | { is: 'index'; of: Expr; key: Expr; line: number }
  | { is: 'call'; call: number; line: number }
  | { is: 'map'; entries: { key: Expr; value: Expr }[]; line: number }
  | { is: 'list'; items: Expr[]; line: number }
  | { is: 'lambda'; fn: number; line: number }
  | { is: 'addressOf'; of: Expr; line: number }
  | { is: 'elementOf'; of: Expr; line: number }
  | { is: 'nth'; of: Expr; index: number; line: number }
  /** A spread (`...x`, `**x`) inside a map, a list or arguments. */
  | { is: 'spread'; of: Expr; line: number }
  | { is: 'unknown'; why: string; line: number }
