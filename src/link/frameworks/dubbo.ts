import type { Condition, FrameworkRow } from './row.ts'

const DUBBO = /(^|:)dubbo($|-)/

/** `group/interface:version` of a declared part, with what there is of it. */
const keys = (part: string): string[] => [
  `{${part}.*.group}/{${part}.*.interface}:{${part}.*.version}`,
  `{${part}.*.group}/{${part}.*.interface}`,
  `{${part}.*.interface}:{${part}.*.version}`,
  `{${part}.*.interface}`,
]

/** Registries and centres of configuration, by the scheme of their address. */
const centres = (
  [
    ['registry', 'registration'],
    ['config-center', 'config'],
    ['metadata-report', 'config'],
  ] as const
).flatMap(([name, purpose]) =>
  ['zookeeper', 'nacos'].map((scheme): FrameworkRow => {
    const address = `dubbo.${name}.address`
    const when: Condition = { setting: address, is: new RegExp(`^${scheme}(:|$)`) }
    return {
      name: `dubbo-${name}`,
      when: [when, { setting: `dubbo.${name}.protocol`, is: when.is! }],
      does: 'call',
      protocol: scheme === 'zookeeper' ? 'tcp' : 'http',
      purpose,
      expects: scheme === 'zookeeper' ? 'zookeeper' : 'registry',
      target: [`{${address}}`],
    }
  }),
)

/** Dubbo: what bean files and properties declare. */
export const dubboRows: readonly FrameworkRow[] = [
  ...centres,
  ...['zookeeper', 'nacos'].map(
    (scheme): FrameworkRow => ({
      name: 'dubbo-registry',
      when: [{ setting: 'dubbo.registries.*.address', is: new RegExp(`^${scheme}:`) }],
      each: 'dubbo.registries.*.address',
      does: 'call',
      protocol: scheme === 'zookeeper' ? 'tcp' : 'http',
      purpose: 'registration',
      expects: scheme === 'zookeeper' ? 'zookeeper' : 'registry',
      target: ['{dubbo.registries.*.address}'],
    }),
  ),
  {
    name: 'dubbo-service',
    when: [{ library: DUBBO, setting: 'dubbo.services.*.interface' }],
    each: 'dubbo.services.*.interface',
    does: 'serve',
    protocol: 'dubbo',
    target: keys('dubbo.services'),
    topic: '{dubbo.services.*.interface}/*',
  },
  {
    name: 'dubbo-reference',
    when: [{ library: DUBBO, setting: 'dubbo.references.*.interface' }],
    each: 'dubbo.references.*.interface',
    does: 'call',
    protocol: 'dubbo',
    target: ['{dubbo.references.*.url}', ...keys('dubbo.references')],
    topic: '{dubbo.references.*.interface}/*',
  },
]
