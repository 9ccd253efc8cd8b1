import type { FrameworkRow } from './row.ts'

const gateway = { does: 'call', protocol: 'http', whole: true, target: ['{=*}'] } as const satisfies Partial<FrameworkRow>

/** .NET: gateways whose routes stand in their settings, under whatever section the program loads. */
export const dotnetRows: readonly FrameworkRow[] = [
  { name: 'yarp', when: [{ library: /^Yarp\.ReverseProxy$/i }], each: '*.clusters.*.destinations.*.address', ...gateway },
  ...['routes', 'reRoutes', 'aggregates'].map(
    (routes): FrameworkRow => ({
      name: 'ocelot',
      when: [{ library: /^Ocelot$/i }],
      each: `${routes}.*.downstreamHostAndPorts.*.host`,
      ...gateway,
    }),
  ),
  { name: 'ocelot', when: [{ library: /^Ocelot$/i }], each: 'routes.*.serviceName', ...gateway },
]
