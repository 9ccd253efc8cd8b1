import type { Protocol } from '../model/fragment.ts'
import type { Resource, ServiceKind } from '../model/system.ts'

/** What a well-known image is. Exactly one of `resource` and `service` is set, or `helper`: no node of its own. */
export interface Stock {
  resource?: Resource['kind']
  service?: ServiceKind
  helper?: true
  protocol?: Protocol
  ports?: number[]
  /** Keeps what others agree on; a registry only where somebody registers. */
  coordinates?: true
  /** Serves files or forwards what its configuration says: an image built on it is somebody's own program. */
  base?: true
}

const database = (protocol: Protocol, ...ports: number[]): Stock => ({ resource: 'database', protocol, ports })
const cache = (protocol: Protocol, ...ports: number[]): Stock => ({ resource: 'cache', protocol, ports })
const broker = (protocol: Protocol, ...ports: number[]): Stock => ({ resource: 'broker', protocol, ports })
const monitoring = (...ports: number[]): Stock => ({ service: 'monitoring', ports })
const gateway = (...ports: number[]): Stock => ({ service: 'gateway', ports, base: true })

/**
 * Well-known images, by the last segment of their name, or the last two where the last alone says nothing.
 * Names and ports are those of the projects' own registries and documentation.
 */
const rows: readonly (readonly [names: string, stock: Stock])[] = [
  ['postgres postgresql postgis pgvector timescaledb timescaledb-ha cloudnative-pg/postgresql spilo', database('sql', 5432)],
  ['cockroach cockroachdb', database('sql', 26257)],
  ['mysql mysql-server mariadb percona percona-server mysql-57-centos7 mysql-80-centos7', database('sql', 3306)],
  ['mssql/server mssql-server-linux mssql-server azure-sql-edge', database('sql', 1433)],
  ['oracle-xe oracle-free database/express database/free', database('sql', 1521)],
  ['clickhouse clickhouse-server', database('sql', 8123, 9000)],
  ['mongo mongodb mongodb-community-server mongodb-sharded', database('mongodb', 27017)],
  ['cassandra scylla scylladb', database('tcp', 9042)],
  ['elasticsearch opensearch', database('http', 9200)],
  ['neo4j', database('tcp', 7687, 7474)],
  ['couchdb', database('http', 5984)],
  ['couchbase', database('http', 8091)],
  ['arangodb', database('http', 8529)],
  ['influxdb', database('http', 8086)],
  ['dynamodb-local', database('http', 8000)],
  ['eventstore eventstoredb kurrentdb', database('tcp', 2113)],
  ['qdrant weaviate milvus chroma surrealdb solr meilisearch typesense', database('http')],
  ['redis redis-stack redis-stack-server valkey keydb dragonfly redis-cluster redis-sentinel', cache('redis', 6379)],
  ['memcached', cache('tcp', 11211)],
  ['hazelcast', cache('tcp', 5701)],
  ['rabbitmq', broker('amqp', 5672)],
  ['kafka cp-kafka cp-server redpanda kafka-native wurstmeister/kafka', broker('kafka', 9092)],
  ['nats nats-streaming', broker('nats', 4222)],
  ['activemq activemq-artemis activemq-classic artemis', broker('amqp', 61616, 5672)],
  ['pulsar', broker('tcp', 6650)],
  ['mosquitto eclipse-mosquitto emqx vernemq hivemq4 hivemq-ce', broker('tcp', 1883)],
  ['nsqd nsq', broker('tcp', 4150)],
  ['elasticmq elasticmq-native', broker('http', 9324)],
  ['minio seaweedfs azurite fake-gcs-server', { resource: 'bucket', protocol: 'http', ports: [9000] }],
  ['hashicorp/vault vault', { resource: 'secret-store', protocol: 'http', ports: [8200] }],
  ['mailhog mailpit maildev mailcatcher smtp4dev greenmail', { resource: 'external', protocol: 'tcp', ports: [1025, 25] }],
  ['localstack', { resource: 'external', protocol: 'http', ports: [4566] }],
  ['zookeeper cp-zookeeper', { service: 'registry', protocol: 'tcp', ports: [2181], coordinates: true }],
  ['consul', { service: 'registry', protocol: 'http', ports: [8500] }],
  ['eureka eureka-server spring-cloud-eureka', { service: 'registry', protocol: 'http', ports: [8761] }],
  ['nacos-server nacos', { service: 'registry', protocol: 'http', ports: [8848] }],
  ['cp-schema-registry schema-registry', { service: 'registry', protocol: 'http', ports: [8081] }],
  ['etcd', { service: 'config', protocol: 'grpc', ports: [2379] }],
  ['flagd unleash-server', { service: 'config', ports: [8013] }],
  ['keycloak dex hydra kratos oauth2-proxy authelia server/authentik', { service: 'auth', protocol: 'http', ports: [8080] }],
  ['prometheus alertmanager pushgateway node-exporter cadvisor blackbox-exporter kube-state-metrics', monitoring(9090)],
  ['grafana loki promtail tempo mimir alloy agent/grafana victoria-metrics pyroscope', monitoring(3000)],
  ['jaegertracing/all-in-one jaeger jaeger-collector jaeger-query jaeger-agent jaeger-all-in-one', monitoring(14268, 16686, 4317, 4318)],
  ['zipkin zipkin-slim', monitoring(9411)],
  ['opentelemetry-collector opentelemetry-collector-contrib opentelemetry-collector-k8s otelcol otelcol-contrib', monitoring(4317, 4318)],
  ['opentelemetry-operations-collector aws-otel-collector datadog/agent datadog-agent', monitoring(4317, 4318)],
  [
    'elk kibana opensearch-dashboards logstash fluentd fluent-bit filebeat metricbeat apm-server seq graylog vector',
    monitoring(5601, 5044, 24224),
  ],
  ['statsd graphite-statsd telegraf chronograf kapacitor netdata uptime-kuma dozzle', monitoring()],
  ['skywalking-oap-server skywalking-ui', monitoring(11800, 12800)],
  ['adminer pgadmin4 phpmyadmin mongo-express redis-commander redisinsight', monitoring()],
  ['kafka-ui akhq kafdrop cmak kafka-manager cp-enterprise-control-center', monitoring()],
  ['portainer portainer-ce healthchecksui', monitoring()],
  ['nginx nginx-unprivileged httpd apache caddy openresty', { service: 'gateway', ports: [80, 8080], base: true }],
  ['traefik kong apisix krakend haproxy envoy yarp tyk-gateway express-gateway', gateway(80, 8000, 8080)],
  ['locust locustio/locust k6 artillery jmeter hey vegeta fortio', { service: 'loadgen' }],
  ['gce-proxy cloud-sql-proxy cloudsql-proxy alloydb-auth-proxy', { helper: true }],
  ['proxyv2 istio-proxy linkerd/proxy linkerd-proxy daprd daprio/dapr dapr/dapr dapr/placement consul-dataplane', { helper: true }],
  ['busybox alpine curl curlimages/curl kubectl wait-for wait-for-it dockerize git-sync grpcurl k8s-wait-for pause', { helper: true }],
  ['minio/mc jaeger-cassandra-schema flyway liquibase dbmate migrate/migrate aws-cli netshoot', { helper: true }],
  [
    'livebook-dev/livebook minimal-notebook scipy-notebook datascience-notebook jupyterlab code-server devcontainers/base',
    { helper: true },
  ],
  ['swagger-ui swagger-editor redoc rapidoc graphql-voyager', { service: 'frontend', ports: [8080] }],
]

const table = new Map<string, Stock>(rows.flatMap(([names, stock]) => names.split(' ').map(name => [name, stock] as const)))

/** Names under which an image is looked up: without registry, tag and digest; the last two segments, then the last. */
const imageNames = (image: string): string[] => {
  const bare = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '')
  const parts = bare.toLowerCase().split('/').filter(Boolean)
  const last = parts.at(-1)
  if (last === undefined) return []
  const two = parts.length > 1 ? [`${parts.at(-2)}/${last}`] : []
  return [...two, last]
}

/** The last segment of an image's name, without registry, tag and digest: `billing` for `ghcr.io/acme/billing:1.2@sha256:…`. */
export const imageName = (image: string): string => imageNames(image).at(-1) ?? ''

/**
 * A well-known thing under a name of one's own: the image's name carries that of the original (`office-mysqldb`), and the container listens
 * on the original's port. Either alone says too little.
 */
export const stockByPort = (image: string, ports: readonly number[]): Stock | undefined => {
  const words = imageName(image).split(/[-_.]/)
  const named = words.flatMap(word => [table.get(word), table.get(word.replace(/db$/, ''))])
  return named.find(stock => stock?.resource !== undefined && (stock.ports ?? []).some(port => ports.includes(port)))
}

/** What a well-known image is; undefined for everything else. */
export const stockOf = (image: string): Stock | undefined => {
  for (const name of imageNames(image)) {
    const row = table.get(name)
    if (row) return row
  }
  return undefined
}
