import { table } from '../../base/table.ts'
import { rowOf } from './types.ts'

/** Services whose name differs between a bridged provider and the provider it is bridged from. */
const SERVICES = table({
  apigateway: 'api_gateway',
  cloudrun: 'cloud_run',
  cloudrunv2: 'cloud_run_v2',
  cloudfunctionsv2: 'cloudfunctions2',
  cloudtasks: 'cloud_tasks',
  cloudscheduler: 'cloud_scheduler',
  secretmanager: 'secret_manager',
  artifactregistry: 'artifact_registry',
  events: 'cloudwatch_event',
  eventbridge: 'cloudwatch_event',
  servicediscovery: 'service_discovery',
  alb: 'lb',
  elbv2: 'lb',
  elasticloadbalancing: 'elb',
})

/** Types that are called otherwise where they are bridged, in the words of the bridge: `service/type`. */
const TYPES = table({
  'rds/instance': 'db_instance',
  'lb/load_balancer': 'lb',
  'lb/lb': 'lb',
  'elbv2/lb': 'lb',
  'elbv2/lb_listener': 'lb_listener',
  'elbv2/lb_listener_rule': 'lb_listener_rule',
  'elbv2/lb_target_group': 'lb_target_group',
  'elasticache/cluster': 'elasticache_cluster',
  'cloudwatch/event_rule': 'cloudwatch_event_rule',
  'events/rule': 'cloudwatch_event_rule',
  'events/bus': 'cloudwatch_event_bus',
  'events/target': 'cloudwatch_event_target',
  'sql/database_instance': 'sql_database_instance',
  'cache/redis_cache': 'redis_cache',
  'storage/account': 'storage_account',
  'docdb/cluster': 'docdb_cluster',
  'kafka/cluster': 'msk_cluster',
  'mq/broker': 'mq_broker',
  'dbforpostgresql/flexible_server': 'postgresql_flexible_server',
  'dbformysql/flexible_server': 'mysql_flexible_server',
  'containerapp/container_app': 'container_app',
  'containerapp/app': 'container_app',
  'appservice/linux_web_app': 'linux_web_app',
  'appservice/linux_function_app': 'linux_function_app',
})

const snake = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .replace(/-/g, '_')
    .toLowerCase()

/**
 * The type by which the tables know what a bridged provider calls `service` and `name`: `sqs` and `Queue` of `aws` are `aws_sqs_queue`.
 * The first that the tables have; without one the plainest, which means nothing to them.
 */
export const bridgedType = (provider: string, service: string, name: string): string => {
  const [of, type] = [service.toLowerCase(), snake(name).replace(/_?v\d$/, '')]
  const known = TYPES[`${of}/${type}`]
  const renamed = SERVICES[of]
  const versioned = `${of.replace(/v\d$/, '')}`
  const spellings = [
    known,
    `${of}_${type}`,
    renamed && `${renamed}_${type}`,
    `${versioned}_${type}`,
    type,
    of === type.replaceAll('_', '') ? of : undefined,
  ]
  const all = spellings.flatMap(spelling => (spelling ? [`${provider}_${spelling}`] : []))
  return all.find(one => rowOf(one) !== undefined) ?? all[0]!
}

const PROVIDERS = table({ gcp: 'google', azure: 'azurerm', 'azure-native': 'azurerm', confluentcloud: 'confluent' })

/** What a token of Pulumi means: `aws:sqs/queue:Queue` is `aws_sqs_queue`, `aws-native:sqs:Queue` is `AWS::SQS::Queue`. */
export const pulumiType = (token: string): string => {
  const [pack = '', ...rest] = token.split(':')
  const name = rest.at(-1) ?? ''
  const service = (rest.length > 1 ? rest[0]! : 'index').split('/')[0]!
  if (pack === 'aws-native') return `AWS::${service}::${name}`
  const provider = PROVIDERS[pack] ?? pack
  return service === 'index' ? `${provider}_${snake(name)}` : bridgedType(provider, service, name)
}
