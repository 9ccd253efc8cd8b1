import type { LibraryRow } from '../rows.ts'

const language = 'java'
const old = '{org.apache.dubbo.config.annotation,com.alibaba.dubbo.config.annotation}'
const keep = (path: string, name: string): LibraryRow => ({
  ...{ language, when: 'call', path, gives: { value: 'keep', key: `"${name}"`, is: '0' } },
})
const registered = { protocol: 'dubbo', group: 'group=', version: 'version=' } as const

/** Dubbo: services are offered and found in a registry under the name of their interface. */
export const javaDubboRows: readonly LibraryRow[] = [
  ...['DubboReference', `${old}.Reference`].map(
    (path): LibraryRow => ({
      ...{ language, when: 'annotation', path },
      gives: { value: 'stub', service: 'type', target: 'url=', ...registered },
    }),
  ),
  ...['DubboService', `${old}.Service`].map(
    (path): LibraryRow => ({
      ...{ language, when: 'annotation', path },
      gives: { effect: 'offer', interface: ['interfaceClass=', 'interfaceName='], ...registered },
    }),
  ),
  ...['Interface', 'Group', 'Version', 'Url'].flatMap(name => [
    keep(`{*.,}ReferenceConfig.set${name}`, name.toLowerCase()),
    ...(name === 'Group' || name === 'Version' ? [keep(`{*.,}ServiceConfig.set${name}`, name.toLowerCase())] : []),
  ]),
  {
    ...{ language, when: 'call', path: '{*.,}ReferenceConfig.get' },
    gives: {
      value: 'stub',
      service: 'base.interface',
      target: 'base.url',
      protocol: 'dubbo',
      group: 'base.group',
      version: 'base.version',
    },
  },
  {
    ...{ language, when: 'call', path: '{*.,}{ReferenceCache,SimpleReferenceCache,ReferenceConfigCache}*.get' },
    gives: { value: 'stub', service: '0.interface', target: '0.url', protocol: 'dubbo', group: '0.group', version: '0.version' },
  },
  {
    ...{ language, when: 'call', path: '{*.,}ServiceConfig.setInterface' },
    gives: { effect: 'offer', protocol: 'dubbo', interface: '0', group: 'base.group', version: 'base.version' },
  },
  {
    ...{ language, when: 'call', path: '{*.,}ServiceBuilder.newBuilder*.{interfaceClass,interfaceName}' },
    gives: { effect: 'offer', protocol: 'dubbo', interface: '0', group: 'chain:group:0', version: 'chain:version:0' },
  },
]
