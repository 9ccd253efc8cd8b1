import type { FrameworkRow } from './row.ts'

const telemetry = { does: 'call', protocol: 'http', purpose: 'telemetry' } as const

/** What well-known images are wired with by their documented environment variables, and what ships logs. */
export const stockRows: readonly FrameworkRow[] = [
  {
    name: 'kafka',
    when: [
      { role: 'broker kafka', setting: 'KAFKA_ZOOKEEPER_CONNECT' },
      { role: 'broker kafka', setting: 'KAFKA_CFG_ZOOKEEPER_CONNECT' },
    ],
    does: 'call',
    protocol: 'tcp',
    purpose: 'config',
    expects: 'zookeeper',
    target: ['{KAFKA_ZOOKEEPER_CONNECT}', '{KAFKA_CFG_ZOOKEEPER_CONNECT}'],
  },
  {
    name: 'kibana',
    when: [{ setting: 'ELASTICSEARCH_URL' }, { setting: 'ELASTICSEARCH_HOSTS' }].map(c => ({ ...c, role: 'kibana' })),
    ...telemetry,
    target: ['{ELASTICSEARCH_URL}', '{ELASTICSEARCH_HOSTS}'],
  },
  {
    name: 'filebeat',
    when: [{ setting: 'output.logstash.hosts' }],
    ...telemetry,
    expects: 'logstash',
    target: ['{output.logstash.hosts[0]}', '{output.logstash.hosts}'],
  },
  {
    name: 'filebeat',
    when: [{ setting: 'output.elasticsearch.hosts' }],
    ...telemetry,
    target: ['{output.elasticsearch.hosts[0]}', '{output.elasticsearch.hosts}'],
  },
]
