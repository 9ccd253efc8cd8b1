import { isInside } from '../../../base/path.ts'
import { table } from '../../../base/table.ts'
import type { PeerPolicy } from '../../contract/format.ts'
import type { Declared } from './buf-index.ts'

/** Categories of the peer: the strictness that a policy names as one word. */
export type Category = 'FILE' | 'PACKAGE' | 'WIRE_JSON' | 'WIRE'

const [FILE, PACKAGE, WIRE_JSON, WIRE]: readonly Category[] = ['FILE', 'PACKAGE', 'WIRE_JSON', 'WIRE']

const LANGUAGE = [FILE!, PACKAGE!]
const JSON_AND_UP = [...LANGUAGE, WIRE_JSON!]
const ALL = [...JSON_AND_UP, WIRE!]

/** Options of a file that generated code depends on, with the value that holds where nothing is said. */
export const FILE_OPTIONS: readonly (readonly [option: string, rule: string, fallback: string])[] = [
  ['go_package', 'FILE_SAME_GO_PACKAGE', ''],
  ['java_package', 'FILE_SAME_JAVA_PACKAGE', ''],
  ['java_outer_classname', 'FILE_SAME_JAVA_OUTER_CLASSNAME', ''],
  ['java_multiple_files', 'FILE_SAME_JAVA_MULTIPLE_FILES', 'false'],
  ['java_generic_services', 'FILE_SAME_JAVA_GENERIC_SERVICES', 'false'],
  ['csharp_namespace', 'FILE_SAME_CSHARP_NAMESPACE', ''],
  ['objc_class_prefix', 'FILE_SAME_OBJC_CLASS_PREFIX', ''],
  ['ruby_package', 'FILE_SAME_RUBY_PACKAGE', ''],
  ['swift_prefix', 'FILE_SAME_SWIFT_PREFIX', ''],
  ['optimize_for', 'FILE_SAME_OPTIMIZE_FOR', 'SPEED'],
  ['php_class_prefix', 'FILE_SAME_PHP_CLASS_PREFIX', ''],
  ['php_namespace', 'FILE_SAME_PHP_NAMESPACE', ''],
  ['php_metadata_namespace', 'FILE_SAME_PHP_METADATA_NAMESPACE', ''],
  ['cc_generic_services', 'FILE_SAME_CC_GENERIC_SERVICES', 'false'],
  ['cc_enable_arenas', 'FILE_SAME_CC_ENABLE_ARENAS', 'true'],
  ['py_generic_services', 'FILE_SAME_PY_GENERIC_SERVICES', 'false'],
]

const listed = (categories: readonly Category[], ...rules: string[]): [string, readonly Category[]][] => rules.map(r => [r, categories])

/** In which categories each rule is. A rule of none is used where a policy names it. */
export const RULES: ReadonlyMap<string, readonly Category[]> = new Map([
  ...listed([FILE!], 'EXTENSION_NO_DELETE', 'SERVICE_NO_DELETE', 'ENUM_NO_DELETE', 'FILE_NO_DELETE', 'MESSAGE_NO_DELETE'),
  ...listed([PACKAGE!], 'PACKAGE_ENUM_NO_DELETE', 'PACKAGE_EXTENSION_NO_DELETE', 'PACKAGE_MESSAGE_NO_DELETE', 'PACKAGE_NO_DELETE'),
  ...listed([PACKAGE!], 'PACKAGE_SERVICE_NO_DELETE'),
  ...listed(LANGUAGE, 'ENUM_SAME_TYPE', 'FIELD_SAME_CARDINALITY', 'FIELD_SAME_CPP_STRING_TYPE', 'FIELD_SAME_JAVA_UTF8_VALIDATION'),
  ...listed(LANGUAGE, 'FIELD_SAME_JSTYPE', 'FIELD_SAME_UTF8_VALIDATION', 'RPC_NO_DELETE', 'ENUM_VALUE_NO_DELETE'),
  ...listed(LANGUAGE, 'EXTENSION_MESSAGE_NO_DELETE', 'FIELD_NO_DELETE', 'FIELD_SAME_TYPE', 'FILE_SAME_SYNTAX'),
  ...listed(LANGUAGE, 'MESSAGE_NO_REMOVE_STANDARD_DESCRIPTOR_ACCESSOR', 'ONEOF_NO_DELETE'),
  ...listed(LANGUAGE, ...FILE_OPTIONS.map(([, rule]) => rule)),
  ...listed(JSON_AND_UP, 'ENUM_SAME_JSON_FORMAT', 'ENUM_VALUE_SAME_NAME', 'FIELD_SAME_JSON_NAME', 'FIELD_SAME_NAME'),
  ...listed(JSON_AND_UP, 'MESSAGE_SAME_JSON_FORMAT'),
  ...listed(ALL, 'FIELD_SAME_DEFAULT', 'FIELD_SAME_ONEOF', 'FILE_SAME_PACKAGE', 'MESSAGE_SAME_REQUIRED_FIELDS'),
  ...listed(ALL, 'RESERVED_ENUM_NO_DELETE', 'RESERVED_MESSAGE_NO_DELETE', 'RPC_SAME_CLIENT_STREAMING', 'RPC_SAME_IDEMPOTENCY_LEVEL'),
  ...listed(ALL, 'RPC_SAME_REQUEST_TYPE', 'RPC_SAME_RESPONSE_TYPE', 'RPC_SAME_SERVER_STREAMING'),
  ...listed([WIRE_JSON!], 'ENUM_VALUE_NO_DELETE_UNLESS_NAME_RESERVED', 'FIELD_NO_DELETE_UNLESS_NAME_RESERVED'),
  ...listed([WIRE_JSON!], 'FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY', 'FIELD_WIRE_JSON_COMPATIBLE_TYPE'),
  ...listed([WIRE_JSON!, WIRE!], 'ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED', 'FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED'),
  ...listed([WIRE!], 'FIELD_WIRE_COMPATIBLE_CARDINALITY', 'FIELD_WIRE_COMPATIBLE_TYPE'),
])

/** Other names of categories and rules, from older policies. */
const ALIASES: Readonly<Record<string, readonly string[]>> = table({
  DEFAULT: ['FILE'],
  FIELD_SAME_LABEL: ['FIELD_SAME_CARDINALITY'],
  FIELD_SAME_CTYPE: ['FIELD_SAME_CPP_STRING_TYPE'],
  FIELD_WIRE_COMPATIBLE_LABEL: ['FIELD_WIRE_COMPATIBLE_CARDINALITY'],
  FIELD_WIRE_JSON_COMPATIBLE_LABEL: ['FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY'],
  FILE_SAME_JAVA_STRING_CHECK_UTF8: ['FIELD_SAME_JAVA_UTF8_VALIDATION'],
  FILE_SAME_PHP_GENERIC_SERVICES: [],
  MESSAGE_SAME_MESSAGE_SET_WIRE_FORMAT: [],
})

/** The rules that a rule or category stands for. */
const rulesNamed = (name: string): string[] => {
  const aliased = ALIASES[name]
  if (aliased !== undefined) return aliased.flatMap(rulesNamed)
  return RULES.has(name) ? [name] : [...RULES].filter(([, categories]) => categories.includes(name as Category)).map(([rule]) => rule)
}

export interface Filter {
  /** `gone`: what is told of; `left`: where in the revision. */
  allows(rule: string, gone: Declared, left: Declared | undefined): boolean
}

/** Which findings count. Without a policy: those of FILE. */
export const filterOf = (policies: readonly PeerPolicy[]): Filter => {
  const compiled = (policies.length > 0 ? policies : [EVERYWHERE]).map(p => ({
    policy: p,
    rules: rulesOf(p),
    ignoredFor: ignoredForRules(p),
  }))
  return {
    allows: (rule, gone, left) => {
      const of = (root: string | undefined) => compiled.find(c => c.policy.root === root)
      const found = of(left?.root) ?? of(gone.root) ?? compiled[0]!
      if (!found.rules.has(rule)) return false
      const ignored = [...found.policy.ignore, ...(found.ignoredFor.get(rule) ?? [])]
      const files = [gone, left ?? gone].map(d => (found.policy.root === '' ? d.file : `${found.policy.root}/${d.file}`))
      if (files.some(f => ignored.some(path => isInside(f, path)))) return false
      return !(found.policy.ignoreUnstablePackages && (isUnstable(gone.package) || isUnstable(left?.package ?? '')))
    },
  }
}

const EVERYWHERE: PeerPolicy = { root: '', use: [], except: [], ignore: [], ignoreOnly: {}, ignoreUnstablePackages: false }

const ignoredForRules = ({ ignoreOnly }: PeerPolicy): Map<string, string[]> => {
  const ignored = new Map<string, string[]>()
  for (const [name, paths] of Object.entries(ignoreOnly))
    for (const rule of rulesNamed(name)) ignored.set(rule, [...(ignored.get(rule) ?? []), ...paths])
  return ignored
}

const rulesOf = ({ use, except }: PeerPolicy): Set<string> => {
  const rules = new Set((use.length > 0 ? use : ['FILE']).flatMap(rulesNamed))
  for (const rule of except.flatMap(rulesNamed)) rules.delete(rule)
  return rules
}

const isUnstable = (name: string): boolean => /(^|\.)v\d+(p\d+)?(test.*|(alpha|beta)\d*)$/.test(name)
