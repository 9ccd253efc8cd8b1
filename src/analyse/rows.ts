import type { Protocol } from '../model/fragment.ts'

/**
 * Where a row finds a value at the place it matches. The first of several that is there counts.
 * - `0`, `1`, …: an argument by position; `-1` the last, `2…` all from the third on; `url=` an argument by name;
 * - `init:Addr`: a member of an object initialiser or a struct literal;
 * - `base`: what the member was called on; `base:0`, `base:url=`: an argument of the call that made it;
 * - `chain:name:0`: an argument of the nearest call of that name among the receivers, `all:name|other:0`: of all of them, as one path;
 *   `within:name:0`: of a call of that name anywhere in what is given;
 * - `0.url`: a member of an argument; `0(0)`: what the first argument of that name's call says, for chains;
 * - `class:0`: the name of the class of a value; `<0>`: a type argument;
 * - `$Name`: text captured by the path, `$Name^` in capitals; `"GET"`: that text; `config:KEY`: the setting that the library reads of itself (`{0}` in it is filled in);
 * `app:NAME/KEY`: one that the program filed; `code:FILES:KEY`: one that code gives; `env:NAME`: a variable; `any:…|…`: the first that has a value.
 */
export type Place = string | readonly string[]

/** How a handler receives the message (`param 0`, `param 0.body`) and answers: it returns the response, or gives it to a parameter. */
export interface HandlerShape {
  request: string
  response: 'return' | 'callback'
}

export type Gives =
  | { value: 'env'; name: Place; default?: Place }
  /** The settings of a file that the code opens by name; further calls may parse it (`same`). */
  | { value: 'settings'; file?: Place }
  /** Puts parsed settings (all there are, without a place) into what the second place points to; other content only if `always`. */
  | { value: 'parsed'; of?: Place; into: Place; always?: boolean }
  /** A setting by its path. `code`: code files that may hold it, `folder/*` or the name of a module; else what was `loaded`. */
  | { value: 'config'; key: Place; prefix?: string; default?: Place; code?: string }
  /** The environment as an object, by a schema: a map of its variables, whose validators may tell defaults. `under`: a member holds it. */
  | { value: 'env-object'; shape?: Place; under?: string }
  /** Settings that the code itself makes, under a name or as they are; `token` is the member by which a framework hands them on. */
  | { value: 'loaded'; of: Place; under?: Place; token?: string }
  /**
   * A client whose every method is an rpc of `service`. `every`: making it already calls all of them (a transcoding gateway).
   * `guess`: the name alone says so; it counts where a contract has the service, or the client is made over a connection.
   */
  | {
      value: 'stub'
      service: string
      target: Place
      /** Where the target is a setting that may not be set. */
      default?: Place
      port?: Place
      protocol?: 'thrift' | 'dubbo'
      /** Of a service that is found by its name in a registry: what else tells it from others of that name. */
      group?: Place
      version?: Place
      encoding?: 'json'
      every?: boolean
      guess?: boolean
    }
  /** A client that is made elsewhere, from one entry of a list, and handed on by its token: as if `made` had been called with the entry. */
  | { value: 'registered'; entries: Place; token: string; made: string; factory?: string }
  | { value: 'injected'; token: Place }
  /** A library finds classes that extend this by itself: nobody needs to mention them. */
  | { value: 'found' }
  /** The class of the value of a place: as text, its name. */
  | { value: 'class'; of: Place }
  /** An object of the class that a place holds, as a container gives it. */
  | { value: 'instance'; of: Place }
  /** Calls the functions it is given with an object of the class that a place holds (`Configure<T>(o => …)`). */
  | { value: 'given'; of: Place }
  /** The settings of a section fill the objects of a class, as a container gives them. */
  | { value: 'bound'; to: Place; of: Place }
  /** What a class is handed when a container makes it: kept under its type, and found where something of that type is declared. */
  | { value: 'handed'; type: Place; is: Place }
  /** Messages of this class stay in the process. */
  | { value: 'in-process' }
  /** What tells received messages apart: their type, or the key they were routed by. `key`: the name of the header, which must say so. */
  | { value: 'selector'; by: 'type' | 'key'; key?: Place }
  /** The value of a place, unchanged. */
  | { value: 'same'; of: Place }
  /** A client of an interface of the code, which a library implements: its methods are calls of the address. */
  | { value: 'client'; type: Place; target: Place }
  /** What a function gives is handed on to whoever asks for its type. */
  | { value: 'provided'; name: Place }
  /** The first of several members that is set. */
  | { value: 'first'; of: Place; members: readonly string[] }
  /** A struct is filled from the environment by the names of its fields, behind a prefix. */
  | { value: 'env-struct'; into: Place; prefix: Place }
  /** A connection to an address: what stubs are made over. */
  | { value: 'connection'; target: Place }
  | { value: 'format'; template: Place; args: Place }
  | { value: 'concat'; of: readonly string[]; between: string }
  /** Puts a value into its receiver under a name; `kept` takes it out again. */
  | { value: 'keep'; key: Place; is: Place }
  | { value: 'kept'; key: Place; default?: Place }
  /**
   * Of a class that is extended: a library fills its fields from the environment. `names`: named arguments of a field's value that
   * tell the variable; `prefix`: the member, or named argument of a member, that goes before all names.
   */
  | { value: 'env-fields'; names: readonly string[]; prefix: string }
  /** Routes below a prefix: of a router, which a `mount` may serve below a further one, or in functions that the call is given. `..` leaves one out. */
  | { value: 'router'; prefix: Place }
  /** Settings that the program keeps for itself: those named in the call, or one. Files for production go before others. */
  | { value: 'filed'; under: Place; key?: Place; is?: Place }
  | { value: 'recalled'; under: Place; key: Place; default?: Place }
  /** A member by its name. */
  | { value: 'at'; of: Place; key: Place; default?: Place }
  /**
   * What a function that is handed over gives, with these arguments; `over`: of each element of a list; `with`: of the receiver (`base`), or
   * of all arguments of the call that made it, as a list (`all`).
   */
  | { value: 'result'; of: Place; over?: Place; args?: Place; with?: 'base' | 'all' }
  /**
   * A page of the program is filled in with what stands at a place (`=`: the named arguments), or with it under a key. Without a `page` any
   * may be meant.
   */
  | { value: 'rendered'; page?: Place; model: Place; key?: Place }
  /** A list of what is given; of one list, that list. */
  | { value: 'listed'; of: Place }
  /** The first of several settings that there is; `{place}` in a key is the text there. */
  | { value: 'setting'; keys: readonly string[] }
  /** The same as another external name. */
  | { value: 'named'; path: string }
  /** A message to a class of the code, which takes it by a method. */
  | { value: 'tell'; to: Place; method: string; message: Place }
  /** A library makes an instance of a class of the code; calls of one name in a chain add its arguments one by one. */
  | { value: 'make'; type: Place; argument: Place }
  | {
      effect: 'call'
      protocol: Protocol
      target: Place
      port?: Place
      base?: Place
      method?: Place
      path?: Place
      body?: Place
      query?: Place
      /** Of an rpc protocol: the service, as a path that ends with its name; `$Rpc` is captured by the row. */
      service?: Place
    }
  | {
      effect: 'serve'
      protocol: 'http'
      path: Place
      method: Place
      handlers: Place
      prefix?: Place
      shape?: HandlerShape
      refines?: boolean
      /** The routes of a resource, of which the call may name those that there are, or are not; one without members if `single`. */
      actions?: readonly RestAction[]
      only?: Place
      except?: Place
      single?: boolean
      /** Counts only where a group of routes stands around it. */
      within?: boolean
    }
  /** `service` is `$Name`, or `path:0`: the last name of the path of an argument. `refines` above: a chained call that tells the methods of its receiver's route. */
  | { effect: 'serve'; protocol: 'grpc' | 'thrift'; service: string; implementation: Place; shape: HandlerShape; guess?: boolean }
  /**
   * A class, or the class or interface at a place, offers its methods under the full name of an interface, by which a registry knows it:
   * the one that is named, else the first that the class implements.
   */
  | { effect: 'offer'; protocol: 'dubbo'; interface: Place; group?: Place; version?: Place }
  /** Routes of one router, or of a `file` by its name, are served by another, below a prefix; of neither: all routes of the program. */
  | { effect: 'mount'; router: Place; prefix: Place; file?: Place }
  | { effect: 'listen'; protocol: Protocol; port: Place }
  | ChannelGives
  | BusGives
  | DeployGives
  | WireGives
  /** A program of infrastructure asks this of its library: what it is, the tables of the cloud know. */
  | { effect: 'declare' }
  /** The name under which the program makes itself known to a registry. */
  | { effect: 'register'; name: Place; target?: Place }
  /** What a call does depends on a value, by the last name of it: the transport of a client. `*` is for all others. */
  | { effect: 'choose'; by: Place; cases: Record<string, Gives> }
  /** A framework's server for messages: what handlers with `via: 'host'` consume comes this way. */
  | { effect: 'host'; by: Place; cases: Record<string, ChannelGives | { effect: 'serve-messages'; protocol: Protocol }> }

/** One route of a resource: `show` is `GET /{}`. */
export interface RestAction {
  name: string
  method: string
  path: string
}

export interface ChannelGives {
  effect: 'store' | 'publish' | 'consume'
  protocol: Protocol
  target: Place
  /** The port, where it stands apart from the host. */
  port?: Place
  /** A topic, a queue, or an exchange; `0…`: several. */
  topic?: Place
  /** Routing key or binding pattern of an exchange: together they are the topic. */
  key?: Place
  /** The queue that is bound here: consuming it is consuming what it is bound to. */
  binds?: Place
  handlers?: Place
  /** The transport is the one that the program's message host has. */
  via?: 'host'
  /** The transport is the one that the program gives the bus of this name; where that stays in the process there is no topic. */
  bus?: string
  /** Of a store: the service of a cloud that has it (`cloud dynamodb`), where its target is no address but a name there. */
  expects?: string
  /** The library's messages carry their type in a property or a header, which is the topic where no key is. */
  typed?: true
}

/** Something that a program deploys: code as manifest. `image` is a well-known one, `project` a class that stands for a build module. */
export interface DeployGives {
  effect: 'deploy'
  name: Place
  image?: Place
  project?: Place
  context?: Place
  /** It is a part of what it is called on: a database of a server. */
  isPart?: true
}

/** What a deployed thing is told of others: a reference to one, or a variable; a gateway's way to one. It gives its receiver back. */
export interface WireGives {
  effect: 'wire'
  to?: Place
  name?: Place
  is?: Place
  route?: Place
}

/** A bus that the program runs, and what carries its messages; `in-process`: nothing does. */
interface BusGives {
  effect: 'bus'
  bus: string
  protocol: Protocol | 'in-process'
  target?: Place
}

/** One row of a library table: what an external name means. Users add rows of this shape under `libraries` in their configuration. */
export interface LibraryRow {
  /** `go`, `python`, `javascript` (also TypeScript), `java`, `csharp`; several with `|`; `*` any. */
  language: string
  /**
   * The full external name: import path and members, calls left out, `$n` for a parameter of a callback.
   * `*` is any run of characters, `{a,b}` alternates, `<Name>` captures an identifier.
   */
  path: string
  /** How it stands in the code. `type`: a value declared with that type; `tag`: a struct tag's key; `assign`: a member is set; `argument`: a constructor's parameter that a container fills, in a file that imports the path. */
  when: 'call' | 'new' | 'member' | 'assign' | 'annotation' | 'super' | 'type' | 'tag' | 'argument'
  /** Only where the value at each place is this text, or the external thing of this path; `*` any value, `()` a function, `http*` text that starts so. */
  where?: Readonly<Record<string, string>>
  gives: Gives
}

export interface RowMatch {
  row: LibraryRow
  captures: Record<string, string>
}

const maxWildcards = 6

/** A path pattern as a regular expression without nested repetition. Undefined for a pattern with too many wildcards. */
export const compilePath = (path: string): { pattern: RegExp; names: string[] } | undefined => {
  const names: string[] = []
  let out = ''
  let wildcards = 0
  let inBraces = false
  for (let i = 0; i < path.length; i++) {
    const c = path[i]!
    if (c === '*') {
      wildcards++
      out += '.*'
    } else if (c === '<') {
      const end = path.indexOf('>', i)
      if (end === -1) return undefined
      wildcards++
      names.push(path.slice(i + 1, end))
      out += '([A-Za-z0-9_]+)'
      i = end
    } else if (c === '{') {
      inBraces = true
      out += '(?:'
    } else if (c === '}') {
      inBraces = false
      out += ')'
    } else if (c === ',' && inBraces) out += '|'
    else out += c.replace(/[.+^$()|[\]\\/?]/, '\\$&')
  }
  return wildcards > maxWildcards || inBraces ? undefined : { pattern: new RegExp(`^${out}$`), names }
}

/** TypeScript's rows are JavaScript's. */
export const rowLanguage = (language: string): string =>
  language === 'typescript' || language === 'tsx' || language === 'jsx' ? 'javascript' : language

interface Compiled {
  row: LibraryRow
  pattern: RegExp
  names: string[]
}

/** The tables of one language, asked by external path. Rows of the user come first, then in the order of the tables. */
export class RowTable {
  private readonly rows = new Map<LibraryRow['when'], Compiled[]>()
  private readonly found = new Map<string, RowMatch[]>()

  constructor(rows: readonly LibraryRow[], language: string) {
    for (const row of rows) {
      if (row.language !== '*' && !row.language.split('|').includes(language)) continue
      const compiled = compilePath(row.path)
      if (!compiled) continue
      const list = this.rows.get(row.when) ?? []
      list.push({ row, ...compiled })
      this.rows.set(row.when, list)
    }
  }

  /** The first row that matches. One that asks for values of the place counts only where `fits` says so. */
  match(when: LibraryRow['when'], path: string, fits?: (where: Readonly<Record<string, string>>) => boolean): RowMatch | undefined {
    if (path.length > 300) return undefined
    const key = `${when} ${path}`
    const all = this.found.get(key) ?? this.matches(when, path)
    this.found.set(key, all)
    return all.find(({ row }) => row.where === undefined || fits?.(row.where) === true)
  }

  /** Rows up to the first that asks for nothing more. */
  private matches(when: LibraryRow['when'], path: string): RowMatch[] {
    const all: RowMatch[] = []
    for (const { row, pattern, names } of this.rows.get(when) ?? []) {
      const hit = pattern.exec(path)
      if (!hit) continue
      all.push({ row, captures: Object.fromEntries(names.map((name, i) => [name, hit[i + 1] ?? ''])) })
      if (row.where === undefined) break
    }
    return all
  }
}
