import type { CloudRow } from '../row.ts'

const store = (kind: string, engine: string, types: string, name: string, at: Record<string, string> = {}): CloudRow => ({
  types,
  role: 'store',
  at: { name, ...at },
  says: { kind, engine },
})

/** Amazon Web Services: what runs, what holds data, what starts what. Names of types and properties are the providers' own. */
export const awsRows: CloudRow[] = [
  {
    types: 'aws_lambda_function AWS::Lambda::Function AWS::Serverless::Function',
    role: 'function',
    at: {
      name: 'function_name',
      image: 'image_uri code.image_uri',
      source: 'code_uri filename code.source code',
      handler: 'handler',
      command: 'image_config.command',
      runtime: 'runtime',
      env: 'environment.variables',
      failures: 'dead_letter_config.target_arn dead_letter_queue.target_arn',
    },
  },
  {
    types: 'aws_lambda_alias aws_lambda_function_url AWS::Lambda::Alias AWS::Lambda::Url AWS::Lambda::Version',
    role: 'attachment',
    at: { target: 'function_name target_function_arn' },
  },
  {
    types: 'aws_ecs_task_definition AWS::ECS::TaskDefinition',
    role: 'task',
    at: { name: 'family', containers: 'container_definitions' },
  },
  {
    types: 'aws_ecs_service AWS::ECS::Service',
    role: 'service',
    at: {
      name: 'name service_name',
      task: 'task_definition',
      groups: 'load_balancer.target_group_arn load_balancers.target_group_arn',
      discovery: 'service_registries.registry_arn',
      connect: 'service_connect_configuration.service service_connect_configuration.services',
      replicas: 'desired_count',
      exposed: 'exposed',
    },
  },
  {
    types: 'aws_apprunner_service AWS::AppRunner::Service',
    role: 'service',
    at: {
      name: 'service_name',
      image: 'source_configuration.image_repository.image_identifier',
      env: 'source_configuration.image_repository.image_configuration.runtime_environment_variables source_configuration.code_repository.code_configuration.code_configuration_values.runtime_environment_variables',
      ports: 'source_configuration.image_repository.image_configuration.port',
    },
    says: { exposed: 'true' },
  },
  {
    types: 'aws_batch_job_definition AWS::Batch::JobDefinition',
    role: 'job',
    at: { name: 'name job_definition_name', containers: 'container_properties' },
  },
  {
    types: 'aws_sfn_state_machine AWS::StepFunctions::StateMachine AWS::Serverless::StateMachine',
    role: 'workflow',
    at: { name: 'name state_machine_name', definition: 'definition definition_string' },
  },
  {
    types: 'aws_ecr_repository aws_ecrpublic_repository AWS::ECR::Repository',
    role: 'repository',
    at: { name: 'name repository_name' },
    attributes: { repository_url: 'name', name: 'name', repository_uri: 'name', repositoryuri: 'name' },
  },

  store(
    'database',
    'dynamodb',
    'aws_dynamodb_table aws_dynamodb_global_table AWS::DynamoDB::Table AWS::DynamoDB::GlobalTable AWS::Serverless::SimpleTable',
    'name table_name',
  ),
  store(
    'database',
    '',
    'aws_db_instance aws_rds_cluster AWS::RDS::DBInstance AWS::RDS::DBCluster',
    'identifier cluster_identifier db_instance_identifier db_cluster_identifier',
    { engine: 'engine', database: 'db_name database_name', part: 'cluster_identifier db_cluster_identifier' },
  ),
  store('database', 'mongodb', 'aws_docdb_cluster AWS::DocDB::DBCluster', 'cluster_identifier db_cluster_identifier'),
  store('database', 'neptune', 'aws_neptune_cluster AWS::Neptune::DBCluster', 'cluster_identifier db_cluster_identifier'),
  store('database', 'cassandra', 'aws_keyspaces_table AWS::Cassandra::Table', 'table_name'),
  store(
    'database',
    'redshift',
    'aws_redshift_cluster aws_redshiftserverless_workgroup AWS::Redshift::Cluster AWS::RedshiftServerless::Workgroup',
    'cluster_identifier workgroup_name',
  ),
  store(
    'database',
    'opensearch',
    'aws_opensearch_domain aws_elasticsearch_domain aws_opensearchserverless_collection AWS::OpenSearchService::Domain AWS::Elasticsearch::Domain AWS::OpenSearchServerless::Collection',
    'domain_name name',
  ),
  store('database', 'timestream', 'aws_timestreamwrite_table AWS::Timestream::Table', 'table_name'),
  store(
    'cache',
    'redis',
    'aws_elasticache_replication_group aws_elasticache_serverless_cache aws_memorydb_cluster AWS::ElastiCache::ReplicationGroup AWS::ElastiCache::ServerlessCache AWS::MemoryDB::Cluster',
    'replication_group_id name serverless_cache_name cluster_name',
  ),
  store('cache', 'redis', 'aws_elasticache_cluster AWS::ElastiCache::CacheCluster', 'cluster_id cluster_name', {
    engine: 'engine',
    part: 'replication_group_id',
  }),
  store('bucket', 's3', 'aws_s3_bucket AWS::S3::Bucket', 'bucket bucket_name'),
  store('bucket', 'efs', 'aws_efs_file_system AWS::EFS::FileSystem', 'creation_token'),
  store('queue', 'sqs', 'aws_sqs_queue AWS::SQS::Queue', 'name queue_name', { failures: 'redrive_policy.dead_letter_target_arn' }),
  store('topic', 'sns', 'aws_sns_topic AWS::SNS::Topic', 'name topic_name'),
  store('topic', 'eventbridge', 'aws_cloudwatch_event_bus AWS::Events::EventBus', 'name'),
  store('topic', 'kinesis', 'aws_kinesis_stream AWS::Kinesis::Stream', 'name'),
  store('topic', 'firehose', 'aws_kinesis_firehose_delivery_stream AWS::KinesisFirehose::DeliveryStream', 'name delivery_stream_name'),
  store('broker', 'kafka', 'aws_msk_cluster aws_msk_serverless_cluster AWS::MSK::Cluster AWS::MSK::ServerlessCluster', 'cluster_name'),
  store('broker', '', 'aws_mq_broker AWS::AmazonMQ::Broker', 'broker_name', { engine: 'engine_type' }),
  store('secret-store', 'secretsmanager', 'aws_secretsmanager_secret AWS::SecretsManager::Secret', 'name'),
  {
    types: 'aws_ssm_parameter AWS::SSM::Parameter',
    role: 'parameter',
    at: { name: 'name', value: 'value insecure_value' },
    attributes: { value: 'value', insecure_value: 'value' },
  },
  {
    types: 'aws_secretsmanager_secret_version',
    role: 'parameter',
    at: { name: 'secret_id', value: 'secret_string' },
    attributes: { secret_string: 'value' },
  },

  {
    types: 'aws_lambda_event_source_mapping AWS::Lambda::EventSourceMapping',
    role: 'subscription',
    at: { from: 'event_source_arn self_managed_event_source.endpoints', to: 'function_name', topics: 'topics queues' },
  },
  { types: 'aws_sns_topic_subscription AWS::SNS::Subscription', role: 'subscription', at: { from: 'topic_arn topic', to: 'endpoint' } },
  { types: 'aws_pipes_pipe AWS::Pipes::Pipe', role: 'subscription', at: { from: 'source', to: 'target' } },
  {
    types: 'aws_lambda_function_event_invoke_config AWS::Lambda::EventInvokeConfig',
    role: 'destination',
    at: { from: 'function_name', to: 'destination_config.on_success.destination', failures: 'destination_config.on_failure.destination' },
  },
  {
    types: 'aws_s3_bucket_notification',
    role: 'notification',
    at: {
      from: 'bucket',
      to: 'lambda_function.lambda_function_arn lambda_functions.lambda_function_arn',
      queues: 'queue.queue_arn queues.queue_arn',
      topics: 'topic.topic_arn topics.topic_arn',
    },
  },
  {
    types: 'aws_cloudwatch_event_rule AWS::Events::Rule',
    role: 'bus-rule',
    at: { name: 'name', bus: 'event_bus_name', pattern: 'event_pattern', schedule: 'schedule_expression', targets: 'targets.arn' },
  },
  { types: 'aws_cloudwatch_event_target', role: 'bus-target', at: { rule: 'rule', to: 'arn' } },
  { types: 'aws_scheduler_schedule AWS::Scheduler::Schedule', role: 'schedule', at: { to: 'target.arn' } },
  {
    types: 'aws_cloudwatch_log_subscription_filter AWS::Logs::SubscriptionFilter',
    role: 'subscription',
    at: { from: 'log_group_name', to: 'destination_arn' },
  },
]
