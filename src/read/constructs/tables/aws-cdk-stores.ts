import type { ConstructTable } from '../row.ts'

const grant = (
  methods: string,
  type: 'declared:send' | 'declared:call' | 'declared:event',
  of?: string,
): ConstructTable['methods'][number] => ({
  methods,
  ...(of === undefined ? {} : { of }),
  adds: [
    {
      name: 'grant',
      type,
      properties: type === 'declared:event' ? { from: 'base', to: '0 | .grantee' } : { from: '0 | .grantee', to: 'base' },
    },
  ],
})

const notified = (methods: string, destination: string) => ({
  methods,
  of: 'aws_s3.Bucket',
  adds: [{ name: 'notifies', type: 'declared:event', properties: { from: 'base', to: destination } }],
})

const databases =
  'aws_rds.DatabaseInstance aws_rds.DatabaseCluster aws_rds.ServerlessCluster aws_rds.DatabaseProxy aws_docdb.DatabaseCluster aws_neptune.DatabaseCluster aws_redshift.Cluster aws_opensearchservice.Domain aws_msk.Cluster'

/** What holds data, and what hands it on. */
export const cdkStores: ConstructTable = {
  classes: [
    { classes: 'aws_dynamodb.Table aws_dynamodb.TableV2 aws_dynamodb.GlobalTable', type: 'AWS::DynamoDB::Table' },
    {
      classes: 'aws_sqs.Queue',
      type: 'AWS::SQS::Queue',
      properties: { 'redrive_policy.dead_letter_target_arn': '.deadLetterQueue.queue' },
    },
    { classes: 'aws_sns.Topic', type: 'AWS::SNS::Topic' },
    { classes: 'aws_sns.Subscription', type: 'AWS::SNS::Subscription', properties: { topic_arn: '.topic', endpoint: '.endpoint' } },
    { classes: 'aws_s3.Bucket', type: 'AWS::S3::Bucket' },
    { classes: 'aws_efs.FileSystem', type: 'AWS::EFS::FileSystem' },
    { classes: 'aws_kinesis.Stream', type: 'AWS::Kinesis::Stream', properties: { name: '.streamName' } },
    {
      classes: 'aws_kinesisfirehose.DeliveryStream aws_kinesisfirehose_alpha.DeliveryStream',
      type: 'AWS::KinesisFirehose::DeliveryStream',
    },
    { classes: 'aws_events.EventBus', type: 'AWS::Events::EventBus', properties: { name: '.eventBusName' } },
    {
      classes: 'aws_events.Rule',
      type: 'AWS::Events::Rule',
      properties: {
        event_bus_name: '.eventBus',
        event_pattern: '.eventPattern',
        schedule_expression: '.schedule',
        'targets.arn': '.targets',
      },
    },
    { classes: 'aws_scheduler.Schedule', type: 'AWS::Scheduler::Schedule', properties: { 'target.arn': '.target' } },
    { classes: 'aws_pipes.Pipe', type: 'AWS::Pipes::Pipe' },
    {
      classes: 'aws_rds.DatabaseInstance aws_rds.DatabaseInstanceFromSnapshot',
      type: 'AWS::RDS::DBInstance',
      properties: { engine: 'name(.engine)', db_instance_identifier: '.instanceIdentifier', db_name: '.databaseName' },
    },
    {
      classes: 'aws_rds.DatabaseCluster aws_rds.ServerlessCluster aws_rds.DatabaseClusterFromSnapshot',
      type: 'AWS::RDS::DBCluster',
      properties: { engine: 'name(.engine)', db_cluster_identifier: '.clusterIdentifier', database_name: '.defaultDatabaseName' },
    },
    { classes: 'aws_rds.DatabaseProxy', type: 'AWS::RDS::DBInstance', properties: { db_cluster_identifier: 'proxied(.proxyTarget)' } },
    { classes: 'aws_docdb.DatabaseCluster', type: 'AWS::DocDB::DBCluster' },
    { classes: 'aws_neptune.DatabaseCluster aws_neptune_alpha.DatabaseCluster', type: 'AWS::Neptune::DBCluster' },
    { classes: 'aws_redshift.Cluster aws_redshift_alpha.Cluster', type: 'AWS::Redshift::Cluster' },
    { classes: 'aws_opensearchservice.Domain aws_elasticsearch.Domain', type: 'AWS::OpenSearchService::Domain' },
    { classes: 'aws_msk.Cluster aws_msk_alpha.Cluster', type: 'AWS::MSK::Cluster' },
    { classes: 'aws_ecr.Repository', type: 'AWS::ECR::Repository' },
    { classes: 'aws_secretsmanager.Secret', type: 'AWS::SecretsManager::Secret', properties: { name: '.secretName' } },
    {
      classes: 'aws_ssm.StringParameter aws_ssm.StringListParameter',
      type: 'AWS::SSM::Parameter',
      properties: { name: '.parameterName', value: '.stringValue' },
    },
  ],
  methods: [
    {
      methods: 'addTarget',
      of: 'aws_events.Rule',
      adds: [{ name: 'target', type: 'aws_cloudwatch_event_target', properties: { rule: 'base', arn: '0' } }],
    },
    {
      methods: 'addSubscription',
      of: 'aws_sns.Topic',
      adds: [{ name: 'subscription', type: 'AWS::SNS::Subscription', properties: { topic_arn: 'base', endpoint: '0' } }],
    },
    notified('addEventNotification', '1'),
    notified('addObjectCreatedNotification addObjectRemovedNotification', '0'),
    grant('grantSendMessages grantPublish grantPutEventsTo grantPutEvents grantPutRecords', 'declared:send'),
    grant('grantConsumeMessages', 'declared:event'),
    grant('grantReadData grantWriteData grantReadWriteData grantFullAccess', 'declared:call', 'aws_dynamodb.Table aws_dynamodb.TableV2'),
    grant('grantRead grantReadWrite grantPut grantWrite grantDelete grantPutAcl', 'declared:call', 'aws_s3.Bucket'),
    grant('grantConnect grantDataApiAccess', 'declared:call'),
    grant('allowDefaultPortFrom allowFrom', 'declared:call', databases),
  ],
  wrappers: [
    {
      classes:
        'aws_sns_subscriptions.SqsSubscription aws_sns_subscriptions.LambdaSubscription aws_sns_subscriptions.UrlSubscription aws_s3_notifications.LambdaDestination aws_s3_notifications.SqsDestination aws_s3_notifications.SnsDestination aws_logs_destinations.LambdaDestination aws_logs_destinations.KinesisDestination',
      is: '0',
    },
    {
      classes:
        'aws_events_targets.LambdaFunction aws_events_targets.SqsQueue aws_events_targets.SnsTopic aws_events_targets.SfnStateMachine aws_events_targets.EventBus aws_events_targets.KinesisStream aws_events_targets.ApiDestination aws_events_targets.ApiGateway aws_events_targets.BatchJob',
      is: '0',
    },
    { classes: 'aws_events_targets.EcsTask', is: '.taskDefinition' },
    {
      classes:
        'aws_scheduler_targets.LambdaInvoke aws_scheduler_targets.SqsSendMessage aws_scheduler_targets.SnsPublish aws_scheduler_targets.StepFunctionsStartExecution aws_scheduler_targets_alpha.LambdaInvoke aws_scheduler_targets_alpha.SqsSendMessage aws_scheduler_targets_alpha.SnsPublish aws_scheduler_targets_alpha.StepFunctionsStartExecution',
      is: '0',
    },
  ],
}
