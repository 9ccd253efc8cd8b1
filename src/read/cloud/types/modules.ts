import type { CloudRow } from '../row.ts'

const store = (kind: string, engine: string, types: string, name: string, at: Record<string, string> = {}): CloudRow => ({
  types,
  role: 'store',
  at: { name, ...at },
  says: { kind, engine },
})

/** Well-known modules of the public registry, by their inputs: they are never fetched. And what is no cloud's own. */
export const moduleRows: CloudRow[] = [
  {
    types: 'terraform-aws-modules/lambda/aws',
    role: 'function',
    at: {
      name: 'function_name',
      image: 'image_uri',
      source: 'source_path local_existing_package',
      handler: 'handler',
      runtime: 'runtime',
      env: 'environment_variables',
      failures: 'dead_letter_target_arn',
      sources: 'event_source_mapping',
    },
  },
  {
    types: 'terraform-aws-modules/ecs/aws//modules/service',
    role: 'service',
    at: {
      name: 'name',
      containers: 'container_definitions',
      groups: 'load_balancer.target_group_arn load_balancer.service.target_group_arn',
      connect: 'service_connect_configuration.service',
    },
  },
  {
    types: 'terraform-aws-modules/app-runner/aws',
    role: 'service',
    at: {
      name: 'service_name',
      image: 'source_configuration.image_repository.image_identifier',
      env: 'source_configuration.image_repository.image_configuration.runtime_environment_variables',
    },
  },
  { types: 'terraform-aws-modules/step-functions/aws', role: 'workflow', at: { name: 'name', definition: 'definition' } },
  { types: 'terraform-aws-modules/ecr/aws', role: 'repository', at: { name: 'repository_name' }, attributes: { repository_url: 'name' } },
  store('queue', 'sqs', 'terraform-aws-modules/sqs/aws', 'name'),
  store('topic', 'sns', 'terraform-aws-modules/sns/aws', 'name'),
  store('database', 'dynamodb', 'terraform-aws-modules/dynamodb-table/aws', 'name'),
  store('database', '', 'terraform-aws-modules/rds/aws terraform-aws-modules/rds-aurora/aws', 'identifier name', {
    engine: 'engine',
    database: 'db_name database_name',
  }),
  store(
    'cache',
    'redis',
    'terraform-aws-modules/elasticache/aws cloudposse/elasticache-redis/aws',
    'replication_group_id cluster_id name',
    { engine: 'engine' },
  ),
  store('bucket', 's3', 'terraform-aws-modules/s3-bucket/aws', 'bucket'),
  store('broker', 'kafka', 'terraform-aws-modules/msk-kafka-cluster/aws', 'name'),
  store('secret-store', 'secretsmanager', 'terraform-aws-modules/secrets-manager/aws', 'name'),
  store('topic', 'eventbridge', 'terraform-aws-modules/eventbridge/aws', 'bus_name'),
  { types: 'terraform-aws-modules/apigateway-v2/aws', role: 'api', at: { name: 'name', routes: 'routes integrations' } },
  { types: 'terraform-aws-modules/alb/aws', role: 'balancer', at: { name: 'name', internal: 'internal' } },
  // What programs declare by methods of their libraries, which no resource of a cloud says.
  { types: 'declared:event', role: 'subscription', at: { from: 'from', to: 'to' } },
  { types: 'declared:send', role: 'destination', at: { from: 'from', to: 'to' } },
  { types: 'declared:call', role: 'access', at: { from: 'from', to: 'to' } },
  { types: 'archive_file', role: 'archive', at: { path: 'source_dir source_file source.filename' } },
  {
    types: 'docker_container',
    role: 'service',
    at: { name: 'name', image: 'image', env: 'env envs', ports: 'ports.internal', aliases: 'networks_advanced.aliases' },
  },
  {
    types: 'docker_image docker_registry_image docker_remote_image',
    role: 'repository',
    at: { name: 'name', context: 'build.context context.location context', dockerfile: 'build.dockerfile dockerfile' },
    attributes: {
      image_id: 'name',
      name: 'name',
      latest: 'name',
      image_uri: 'name',
      image_name: 'name',
      base_image_name: 'name',
      repo_digest: 'name',
      ref: 'name',
    },
  },
  { types: 'confluent_kafka_topic kafka_topic', role: 'store', at: { name: 'topic_name name' }, says: { kind: 'topic', engine: 'kafka' } },
  store('database', 'mongodb', 'mongodbatlas_cluster mongodbatlas_advanced_cluster', 'name'),
]
