import type { ControlFact, ControlUseFact, RouteControl, SecretFact } from './control.ts'
import type { Spot } from './evidence.ts'
import type { Value } from './value.ts'

/** What one manifest, build file or catalog file says. A closed union of small shapes; values stay symbolic. */
export type ManifestFact =
  | DeployableFact
  | AddressFact
  | SettingFact
  | ImageFact
  | ModuleFact
  | ArtifactFact
  | OwnerFact
  | ProxyFact
  | GraphqlDocumentFact
  | PageFact
  | EntityFact
  | ResourceFact
  | TriggerFact
  | TemplateFact
  | InfrastructureFact
  | ControlFact
  | ControlUseFact
  | SecretFact

export type ResourceKind = 'database' | 'cache' | 'broker' | 'queue' | 'topic' | 'bucket' | 'secret-store' | 'external'

/** Something that is deployed: a compose service, a Kubernetes workload. */
export interface DeployableFact {
  says: 'deployable'
  /**
   * `compose`; the workload kind as Kubernetes names it (`Deployment`, `StatefulSet`, `CronJob`, …); of a cloud `cloud/service`,
   * `cloud/function`, `cloud/job`, and without an image of their own `cloud/gateway` and `cloud/workflow`.
   */
  kind: string
  name: string
  namespace?: string
  /** Further names others may call it by: container_name, hostname, network aliases. */
  aliases: string[]
  /** `optional`: behind a profile or switched off by default; `undeployed`: defined, but nothing deploys it. */
  state: 'deployed' | 'optional' | 'undeployed'
  labels: Record<string, string>
  annotations: Record<string, string>
  /** The service account that it runs as, where one is named. */
  account?: string
  containers: ContainerFact[]
  replicas?: number
  /** Start order only; never evidence of a call. */
  dependsOn: string[]
  spot: Spot
}

export interface ContainerFact {
  name: string
  image?: Value
  build?: { context: string; dockerfile?: string; target?: string; args: Record<string, Value> }
  /** Kubernetes `command` and compose `entrypoint`. Of Dockerfiles the shell form is `['/bin/sh', '-c', LINE]`, everywhere. */
  entrypoint?: string[]
  /** Kubernetes `args` and compose `command`. */
  command?: string[]
  env: EnvFact[]
  envFrom: EnvFromFact[]
  ports: PortFact[]
  /** Runs before the others, or beside them to serve them. */
  init?: boolean
  /** What is mounted into the container: files of the repository (relative to the manifest), or `config-map/NAME[/KEY]`, `secret/NAME[/KEY]`. */
  mounts: { source: string; target: string; spot: Spot }[]
  /** Where its output is sent to: a log driver with its address. */
  logging?: { driver: string; address: Value; spot: Spot }
  /** `kind` is WHEN/HOW: `liveness/http`, `readiness/grpc`, `startup/exec` (there `path` is the command). */
  probes?: { kind: string; port?: string; path?: string; spot: Spot }[]
  spot: Spot
}

/** One variable. A reference to another object's key is `{ is: 'config', owner: 'config-map/NAME' | 'secret/NAME', key }`. */
export interface EnvFact {
  name: string
  value: Value
  spot: Spot
}

export interface EnvFromFact {
  kind: 'config-map' | 'secret' | 'file'
  name: string
  prefix?: string
  optional?: boolean
  spot: Spot
}

/** `port` is where others reach it (published, Service port), `target` where the process listens (container port, number or name). */
export interface PortFact {
  name?: string
  port?: number
  target?: number | string
  protocol?: string
  spot: Spot
}

/**
 * A name that leads to deployables: a Kubernetes Service (by selector), an external name, a route of a gateway
 * (kind `ingress-route`: `name` is host and path, `*` for any host; `externalName` is the Service it leads to).
 */
export interface AddressFact {
  says: 'address'
  kind: string
  name: string
  namespace?: string
  selector: Record<string, string>
  ports: PortFact[]
  externalName?: string
  /** Reachable from outside the cluster (LoadBalancer, NodePort). */
  exposed?: boolean
  spot: Spot
}

/** key = value, in a layer. `owner` is whose setting it is: `config-map/NAME`, `secret/NAME`, or absent for the file's own program. */
export interface SettingFact {
  says: 'setting'
  owner?: string
  namespace?: string
  key: string
  value: Value
  layer: 'env-file' | 'profile' | 'base' | 'config-server' | 'image' | 'code' | 'map'
  profile?: string
  spot: Spot
}

/** How an image is built: a Dockerfile. A build argument is `{ is: 'config', owner: 'build-arg', key }`, its default behind it in an `or`. */
export interface ImageFact {
  says: 'image'
  stages: ImageStage[]
  spot: Spot
}

export interface ImageStage {
  from: Value
  as?: string
  env: EnvFact[]
  args: EnvFact[]
  ports: PortFact[]
  /** Sources of COPY and ADD: paths of the context, or of another stage (`from`). */
  copies: { sources: string[]; target: string; from?: string; spot: Spot }[]
  /** RUN lines as text: they name the main package and the generators. */
  runs: { text: string; spot: Spot }[]
  entrypoint?: string[]
  command?: string[]
  workdir?: string
  user?: string
  spot: Spot
}

/** A build module: an npm package, a Go module, a Maven artifact, a C# project. */
export interface ModuleFact {
  says: 'module'
  system: string
  /** Names others use to depend on it: package name, artifact id, PackageId, module path. */
  names: string[]
  version?: string
  dependencies: { name: string; version?: string; scope: 'runtime' | 'dev' | 'test'; path?: string; spot: Spot }[]
  /** Files or commands that start it, as written (`bin`, `main`, `scripts.start`, `mainClass`). */
  entryPoints: string[]
  /** Contract files it generates stubs from at build time (`<Protobuf Include>`, protobuf plugin), relative to the file; globs allowed. */
  generates: { from: string; role?: 'client' | 'server' | 'both' | 'none'; spot: Spot }[]
  /** Files or folders of a multi-module build, relative to the file. */
  modules: string[]
  isTest?: boolean
  /** The build makes a runnable program (`OutputType Exe`, web SDK, application plugin, Spring Boot plugin). */
  runnable?: boolean
  spot: Spot
}

/** image ↔ build context, as skaffold and similar tools state it. */
export interface ArtifactFact {
  says: 'artifact'
  image: string
  context: string
  dockerfile?: string
  spot: Spot
}

/** A line of CODEOWNERS, in file order: the last that matches wins. */
export interface OwnerFact {
  says: 'owner'
  pattern: string
  owners: string[]
  spot: Spot
}

/**
 * Configuration of a reverse proxy, gateway or router: one file of it, or one key of a config map. It says nothing of who runs it: that is
 * whoever mounts it or has it in its image.
 */
export interface ProxyFact {
  says: 'proxy'
  /** The program that reads such files: `nginx`, `apache`, `envoy`, `graphql-router`, … */
  kind: string
  /** Where it lies when it is no file of its own: `config-map/NAME/KEY`. */
  owner?: string
  namespace?: string
  listens: PortFact[]
  /** Named groups of servers that a target may name instead of a host; they count for all files of one proxy. */
  pools: { name: string; targets: Value[]; spot: Spot }[]
  routes: ProxyRoute[]
  spot: Spot
}

/** Requests that match go to `target` (an address without the path, or a pool's name). */
export interface ProxyRoute {
  /** Host names it answers to; empty: any. */
  hosts: string[]
  match: 'prefix' | 'exact' | 'regex'
  path: string
  /** Of HTTP, where it takes one alone. */
  method?: string
  protocol: 'http' | 'grpc' | 'graphql' | 'tcp'
  /** The proxy turns JSON into the protocol's own form. */
  encoding?: 'json'
  target: Value
  /** Path at the target: `to` instead of the matched `prefix`; without `prefix`, instead of the whole path (`{}` where it is not known). */
  rewrite?: { prefix?: string; to: string }
  /** What the proxy does for requests that take this route: timeouts, retries. */
  controls?: RouteControl[]
  spot: Spot
}

/** What a catalog says there is: a component, its owner and what it relates to, by its author's word alone. */
export interface EntityFact {
  says: 'entity'
  /** Whose form it is written in: `backstage`, `port`, `datadog`, `opslevel`, `cortex`. */
  catalog: string
  kind: EntityKind
  name: string
  /** Without one: `default`. */
  namespace?: string
  title?: string
  description?: string
  /** What sort of its kind: `service`, `website`, `library`, `openapi`, `database`, … */
  type?: string
  lifecycle?: string
  /** In the author's order; owners and the system it is part of are relations too. */
  relations: EntityRelation[]
  /** What it goes by elsewhere: `lintel/id`, `kubernetes-id`, `label/KEY`, `dd-service`, `team-slug`, `user-login`, `email`. */
  marks: { by: string; value: string; spot: Spot }[]
  /** Files and folders that it names, relative to its own; `repo` (`owner/name`) where an address names another repository. */
  files: { as: 'source' | 'definition' | 'target'; path: string; repo?: string; gone?: true; spot: Spot }[]
  spot: Spot
}

/** `other` is what the catalog's owner made up; `blueprint` says what kinds there are. */
export type EntityKind = ('component' | 'api' | 'resource' | 'system' | 'domain' | 'group' | 'user' | 'location') | ('blueprint' | 'other')

/** `target` is `kind:namespace/name`; `*` stands for a kind that is not said. */
export interface EntityRelation {
  type: 'ownedBy' | 'partOf' | 'providesApi' | 'consumesApi' | 'dependsOn' | 'dependencyOf' | 'relatesTo'
  target: string
  spot: Spot
}

/**
 * Something of a cloud that holds or hands on data and is no program: a table, a queue, a bucket, an event bus. Others name it by any of
 * its aliases, or by an attribute of its address (`aws_sqs_queue.orders.url`).
 */
export interface ResourceFact {
  says: 'resource'
  kind: ResourceKind
  name: string
  /** Its address in the document that declares it, and its name in the cloud where that is known. */
  aliases: string[]
  /** What runs there: `postgres`, `dynamodb`, `sqs`, … */
  engine?: string
  spot: Spot
}

/**
 * What makes something happen: what `from` holds or is asked comes to `to`. Both are addresses, as environment values are.
 * - `event`: `to` takes messages or notifications of `from`;
 * - `send`: `from` puts messages into `to`;
 * - `call`: `from` calls `to`, and waits;
 * - `schedule`: time starts `to`; there is no `from`.
 */
export interface TriggerFact {
  says: 'trigger'
  via: 'event' | 'send' | 'call' | 'schedule'
  from?: Value
  to: Value
  /** Which messages of a bus it takes: any of these types, of any of these sources; absent: all. */
  filter?: { types?: string[]; sources?: string[] }
  spot: Spot
}

/** A file of GraphQL queries, mutations and fragments: what the program whose folder it lies in asks of a graph. */
interface GraphqlDocumentFact {
  says: 'graphql-document'
  text: string
  spot: Spot
}

/**
 * A page that a server fills in, or one of several in a file by its name. Paths are names from the root of what it is given; `[]` is an
 * element. `held`: it is shown or handed on with all that lies below it; `draws`: other pages, which get what stands at a path.
 */
export interface PageFact {
  says: 'page'
  name?: string
  reads: { path: string[]; held?: true; spot: Spot }[]
  draws: { name: string; from: string[] }[]
  spot: Spot
}

/** A file that is rendered before it says anything, told by its content. `draws` are the files that it takes in, relative to it. */
export interface TemplateFact {
  says: 'template'
  kind: 'cloudformation' | 'crossplane'
  draws: string[]
  /** A program wrote it. */
  isSynthesized?: true
  spot: Spot
}

/** A program of infrastructure: how it is started, and what it is told besides its code. */
export interface InfrastructureFact {
  says: 'infrastructure'
  kind: 'cdk' | 'pulumi'
  name?: string
  /** Words of the command that starts it, or the files that it starts with; absent of a file that only tells it something. */
  start?: string[]
  /** Its context or configuration, as far as it is text. */
  settings: { key: string; value: string; spot: Spot }[]
  spot: Spot
}
