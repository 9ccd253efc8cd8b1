import type { FrameworkRow } from './row.ts'

const telemetry = { does: 'call', protocol: 'http', purpose: 'telemetry' } as const satisfies Partial<FrameworkRow>

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
    when: [{ role: 'kibana' }],
    ...telemetry,
    expects: 'log-store',
    target: ['{ELASTICSEARCH_URL}', '{ELASTICSEARCH_HOSTS}', 'http://elasticsearch:9200'],
  },
  {
    name: 'logstash',
    when: [{ role: 'logstash' }],
    ...telemetry,
    expects: 'log-store',
    target: ['{XPACK_MONITORING_ELASTICSEARCH_HOSTS}', '{XPACK_MONITORING_ELASTICSEARCH_URL}', 'http://elasticsearch:9200'],
  },
  {
    name: 'zipkin',
    when: [{ role: 'zipkin', setting: 'RABBIT_ADDRESSES' }],
    ...telemetry,
    protocol: 'amqp',
    purpose: 'message',
    expects: 'broker amqp',
    target: ['{RABBIT_ADDRESSES}'],
  },
  {
    name: 'zipkin',
    when: [{ role: 'zipkin', setting: 'KAFKA_BOOTSTRAP_SERVERS' }],
    ...telemetry,
    protocol: 'kafka',
    purpose: 'message',
    expects: 'broker kafka',
    target: ['{KAFKA_BOOTSTRAP_SERVERS}'],
  },
  {
    name: 'zipkin',
    when: [{ role: 'zipkin', setting: 'ES_HOSTS' }],
    ...telemetry,
    does: 'store',
    target: ['{ES_HOSTS}'],
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
