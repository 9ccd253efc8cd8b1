import type { ConstructTable } from '../row.ts'

const functionProperties = {
  'environment.variables': '.environment',
  code: 'code(.code) | code(.entry)',
  handler: 'handler(.handler, .code)',
  'dead_letter_config.target_arn': '.deadLetterQueue | .deadLetterTopic',
}
const invocations = [
  {
    name: 'invoked',
    type: 'AWS::Lambda::EventInvokeConfig',
    properties: {
      function_name: 'self',
      'destination_config.on_success.destination': '.onSuccess',
      'destination_config.on_failure.destination': '.onFailure',
    },
    where: '.onSuccess | .onFailure',
  },
]
const taken = { EventSourceArn: '0 | .eventSourceArn', FunctionName: 'base' }

/** What runs: functions, containers, workflows. */
export const cdkCompute: ConstructTable = {
  classes: [
    {
      classes: 'aws_lambda.Function aws_lambda.SingletonFunction aws_lambda.DockerImageFunction',
      type: 'AWS::Lambda::Function',
      properties: functionProperties,
      also: invocations,
    },
    {
      classes: 'aws_lambda_nodejs.NodejsFunction',
      type: 'AWS::Lambda::Function',
      properties: { ...functionProperties, code: 'code(.entry) | beside(self)', handler: '.none' },
      also: invocations,
    },
    {
      classes: 'aws_lambda_python.PythonFunction',
      type: 'AWS::Lambda::Function',
      properties: { ...functionProperties, code: 'code(.entry)', handler: 'started(.index, .handler)' },
      also: invocations,
    },
    {
      classes: 'aws_lambda_go.GoFunction aws_lambda_rust.RustFunction',
      type: 'AWS::Lambda::Function',
      properties: { ...functionProperties, code: 'code(.entry) | code(.manifestPath)', handler: '.none' },
      also: invocations,
    },
    { classes: 'aws_lambda.Alias aws_lambda.Version', type: 'AWS::Lambda::Alias', properties: { function_name: '.version | .lambda' } },
    {
      classes: 'aws_lambda.EventSourceMapping',
      type: 'AWS::Lambda::EventSourceMapping',
      properties: { event_source_arn: '.eventSourceArn', function_name: '.target' },
    },
    {
      classes: 'aws_ecs.FargateTaskDefinition aws_ecs.Ec2TaskDefinition aws_ecs.TaskDefinition aws_ecs.ExternalTaskDefinition',
      type: 'AWS::ECS::TaskDefinition',
    },
    {
      classes: 'aws_ecs.FargateService aws_ecs.Ec2Service aws_ecs.ExternalService',
      type: 'AWS::ECS::Service',
      properties: { 'service_connect_configuration.services': 'connected(.serviceConnectConfiguration)' },
      also: [
        {
          name: 'names',
          type: 'AWS::ServiceDiscovery::Service',
          properties: { name: '.cloudMapOptions.name' },
          where: '.cloudMapOptions.name',
        },
      ],
    },
    {
      classes:
        'aws_ecs_patterns.ApplicationLoadBalancedFargateService aws_ecs_patterns.ApplicationLoadBalancedEc2Service aws_ecs_patterns.NetworkLoadBalancedFargateService aws_ecs_patterns.NetworkLoadBalancedEc2Service aws_ecs_patterns.ApplicationMultipleTargetGroupsFargateService aws_ecs_patterns.NetworkMultipleTargetGroupsFargateService',
      type: 'AWS::ECS::Service',
      properties: {
        task_definition: '.taskDefinition | below(task)',
        exposed: 'unless(.publicLoadBalancer)',
      },
      also: [
        {
          name: 'task',
          type: 'AWS::ECS::TaskDefinition',
          properties: { container_definitions: 'container(.taskImageOptions)' },
          where: '.taskImageOptions',
        },
      ],
    },
    {
      classes: 'aws_ecs_patterns.QueueProcessingFargateService aws_ecs_patterns.QueueProcessingEc2Service',
      type: 'AWS::ECS::Service',
      properties: { task_definition: '.taskDefinition | below(task)' },
      also: [
        { name: 'task', type: 'AWS::ECS::TaskDefinition', properties: { container_definitions: 'container(self)' }, where: '.image' },
        { name: 'queue', type: 'AWS::SQS::Queue', properties: { queue_name: '.queueName' }, where: 'without(.queue)' },
        { name: 'takes', type: 'declared:event', properties: { from: '.queue | below(queue)', to: 'self' } },
      ],
    },
    {
      classes: 'aws_ecs_patterns.ScheduledFargateTask aws_ecs_patterns.ScheduledEc2Task',
      type: 'AWS::ECS::TaskDefinition',
      properties: {
        container_definitions: 'container(.scheduledFargateTaskImageOptions) | container(.scheduledEc2TaskImageOptions)',
      },
    },
    {
      classes: 'aws_stepfunctions.StateMachine',
      type: 'AWS::StepFunctions::StateMachine',
      properties: { definition: 'steps(.definition) | steps(.definitionBody)' },
    },
    {
      classes: 'aws_apprunner.Service aws_apprunner_alpha.Service',
      type: 'AWS::AppRunner::Service',
      properties: { 'source_configuration.image_repository.image_identifier': 'image(.source)' },
    },
    {
      classes: 'aws_batch.EcsJobDefinition',
      type: 'AWS::Batch::JobDefinition',
      properties: { container_properties: 'container(.container)' },
    },
  ],
  methods: [
    {
      methods: 'addEnvironment',
      of: 'aws_lambda.Function aws_lambda_nodejs.NodejsFunction aws_lambda_python.PythonFunction aws_lambda.DockerImageFunction',
      into: { property: 'environment.variables', value: { '0': '1' } },
    },
    {
      methods: 'addEventSourceMapping',
      adds: [
        {
          name: 'mapping',
          type: 'AWS::Lambda::EventSourceMapping',
          properties: { event_source_arn: '.eventSourceArn', function_name: 'base' },
        },
      ],
    },
    { methods: 'addFunctionUrl', adds: [{ name: 'url', type: 'AWS::Lambda::Url', properties: { function_name: 'base' } }] },
    {
      methods: 'addContainer',
      of: 'aws_ecs.FargateTaskDefinition aws_ecs.Ec2TaskDefinition aws_ecs.TaskDefinition aws_ecs.ExternalTaskDefinition',
      into: { property: 'container_definitions', value: { '': 'container(self)' } },
    },
    {
      methods: 'grantInvoke grantStartExecution grantStartSyncExecution grantInvokeUrl grantRun',
      adds: [{ name: 'grant', type: 'declared:call', properties: { from: '0', to: 'base' } }],
    },
  ],
  wrappers: [
    {
      classes:
        'aws_lambda_event_sources.SqsEventSource aws_lambda_event_sources.DynamoEventSource aws_lambda_event_sources.KinesisEventSource',
      is: '0',
      adds: [{ name: 'events', type: 'AWS::Lambda::EventSourceMapping', properties: taken }],
    },
    {
      classes: 'aws_lambda_event_sources.ManagedKafkaEventSource aws_lambda_event_sources.SelfManagedKafkaEventSource',
      is: '.clusterArn',
      adds: [
        {
          name: 'events',
          type: 'AWS::Lambda::EventSourceMapping',
          properties: { event_source_arn: '.clusterArn | .bootstrapServers', topics: '.topic', function_name: 'base' },
        },
      ],
    },
    {
      classes: 'aws_lambda_event_sources.SnsEventSource',
      is: '0',
      adds: [{ name: 'events', type: 'AWS::SNS::Subscription', properties: { topic_arn: '0', endpoint: 'base' } }],
    },
    {
      classes: 'aws_lambda_event_sources.S3EventSource aws_lambda_event_sources.S3EventSourceV2',
      is: '0',
      adds: [{ name: 'events', type: 'declared:event', properties: { from: '0', to: 'base' } }],
    },
    {
      classes:
        'aws_lambda_event_sources.SqsDlq aws_lambda_event_sources.SnsDlq aws_lambda_destinations.LambdaDestination aws_lambda_destinations.SqsDestination aws_lambda_destinations.SnsDestination aws_lambda_destinations.EventBridgeDestination',
      is: '0',
    },
  ],
}
