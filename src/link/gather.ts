import { ByPath } from '../base/by-path.ts'
import { canonicalJson } from '../base/json.ts'
import { by, byText, sortedBy } from '../base/names.ts'
import type { ControlFact, ControlUseFact, SecretFact } from '../model/control.ts'
import type { Location, Spot, Step } from '../model/evidence.ts'
import type { Document, Effect, Fragment, Program, Variant } from '../model/fragment.ts'
import type {
  AddressFact,
  ArtifactFact,
  DeployableFact,
  EntityFact,
  ImageFact,
  ManifestFact,
  ModuleFact,
  OwnerFact,
  ProxyFact,
  ResourceFact,
  SettingFact,
  TriggerFact,
} from '../model/manifest.ts'

/** A manifest fact with the place it lies at. */
export interface Placed<T> {
  fact: T
  repo: string
  file: string
  variant: Variant
}

/** A program of one repository. `key` is unique over all fragments. */
export interface ProgramRef {
  key: string
  repo: string
  program: Program
}

/** All facts of all fragments by kind, in an order that depends on nothing but the facts. */
export interface Gathered {
  programs: ProgramRef[]
  deployables: Placed<DeployableFact>[]
  addresses: Placed<AddressFact>[]
  settings: Placed<SettingFact>[]
  images: Placed<ImageFact>[]
  modules: Placed<ModuleFact>[]
  artifacts: Placed<ArtifactFact>[]
  owners: Placed<OwnerFact>[]
  proxies: Placed<ProxyFact>[]
  entities: Placed<EntityFact>[]
  resources: Placed<ResourceFact>[]
  triggers: Placed<TriggerFact>[]
  controls: Placed<ControlFact>[]
  controlUses: Placed<ControlUseFact>[]
  secrets: Placed<SecretFact>[]
  effects: Map<string, Effect[]>
}

export const programKey = (repo: string, id: string): string => `${repo}\n${id}`

/** Fragments, documents and effects in canonical order: what follows never sees the order they came in. */
export const gather = (fragments: readonly Fragment[]): Gathered => {
  const found: Gathered = {
    programs: [],
    deployables: [],
    addresses: [],
    settings: [],
    images: [],
    modules: [],
    artifacts: [],
    owners: [],
    proxies: [],
    entities: [],
    resources: [],
    triggers: [],
    controls: [],
    controlUses: [],
    secrets: [],
    effects: new Map(),
  }
  for (const fragment of [...fragments].sort(by(f => `${f.repo}\n${f.revision}`))) {
    for (const program of [...fragment.programs].sort(by(p => p.id)))
      found.programs.push({ key: programKey(fragment.repo, program.id), repo: fragment.repo, program })
    for (const document of sortedDocuments(fragment.documents)) gatherDocument(found, fragment.repo, document)
    for (const effect of sortedBy(fragment.effects, canonicalJson)) {
      const key = programKey(fragment.repo, effect.of)
      const list = found.effects.get(key)
      if (list) list.push(effect)
      else found.effects.set(key, [effect])
    }
  }
  return found
}

const sortedDocuments = (documents: readonly Document[]): Document[] =>
  documents
    .map(document => ({ document, key: `${document.variant.id}\n${document.file}` }))
    .sort((a, b) => byText(a.key, b.key) || byText(canonicalJson(a.document.facts), canonicalJson(b.document.facts)))
    .map(entry => entry.document)

const gatherDocument = (found: Gathered, repo: string, document: Document): void => {
  const place = { repo, file: document.file, variant: document.variant }
  const lists: { [K in ManifestFact['says']]: Placed<ManifestFact>[] } = {
    deployable: found.deployables as Placed<ManifestFact>[],
    address: found.addresses as Placed<ManifestFact>[],
    setting: found.settings as Placed<ManifestFact>[],
    image: found.images as Placed<ManifestFact>[],
    module: found.modules as Placed<ManifestFact>[],
    artifact: found.artifacts as Placed<ManifestFact>[],
    owner: found.owners as Placed<ManifestFact>[],
    proxy: found.proxies as Placed<ManifestFact>[],
    entity: found.entities as Placed<ManifestFact>[],
    resource: found.resources as Placed<ManifestFact>[],
    trigger: found.triggers as Placed<ManifestFact>[],
    template: [],
    infrastructure: [],
    control: found.controls as Placed<ManifestFact>[],
    'control-use': found.controlUses as Placed<ManifestFact>[],
    'secret-source': found.secrets as Placed<ManifestFact>[],
    // Analyse has made effects of them.
    'graphql-document': [],
    page: [],
  }
  for (const fact of document.facts) lists[fact.says]?.push({ fact, ...place })
}

/** Where a spot of a placed fact stands. */
export const spotAt = (place: Pick<Placed<unknown>, 'repo' | 'file'>, spot: Spot): Location => ({
  repo: place.repo,
  file: spot.file ?? place.file,
  line: spot.line,
  ...(spot.endLine === undefined ? {} : { endLine: spot.endLine }),
})

export const stepAt = (place: Pick<Placed<unknown>, 'repo' | 'file'>, spot: Spot, says: string): Step => ({
  at: spotAt(place, spot),
  says: withoutSecrets(says),
})

/** Passwords in addresses and under telling names are nobody's business. */
export const withoutSecrets = (said: string): string => {
  if (!MAY_HOLD_SECRET.test(said)) return said
  return said
    .replace(/(:\/\/[^:/@\s]*):\S*@/g, '$1:***@')
    .replace(/(password|passwd|pwd)(\s*=\s*)[^;\s]+/gi, '$1$2***')
    .replace(/^([A-Z0-9_.-]*(?:PASS|SECRET|TOKEN|CREDENTIAL|API_?KEY)[A-Z0-9_.-]*) = .*$/i, '$1 = ***')
}

/** Nothing else is replaced. */
const MAY_HOLD_SECRET = /:\/\/|pass|pwd|secret|token|credential|api_?key/i

/** Groups items by a key, keeping order. */
export const groupBy = <T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(key(item))
    if (group) group.push(item)
    else groups.set(key(item), [item])
  }
  return groups
}

/** Things of each repository by their paths. */
export const byPathIn = <T extends { repo: string }>(items: readonly T[], path: (item: T) => string): ((repo: string) => ByPath<T>) => {
  const repos = new Map([...groupBy(items, i => i.repo)].map(([repo, own]) => [repo, new ByPath(own, path)]))
  const none = new ByPath<T>([], path)
  return repo => repos.get(repo) ?? none
}
