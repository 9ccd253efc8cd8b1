import type { ConstructTable } from '../row.ts'

const code = { code: 'code(.code) | code(.source)' }
const triggered = (methods: string, type: string, from: string, of?: string): ConstructTable['methods'][number] => ({
  methods,
  ...(of === undefined ? {} : { of }),
  adds: [{ name: 'event', type, properties: { from, to: '1 | .handler' } }],
})

/** Classes of Pulumi that need more than their own properties; all others are what their provider's tables say. */
export const pulumiConstructs: ConstructTable = {
  classes: [
    { classes: 'aws/lambda.Function', type: 'AWS::Lambda::Function', properties: code },
    {
      classes: 'awsx/ecr.Image docker/.Image docker-build/.Image dockerbuild/.Image docker/.RegistryImage',
      type: 'docker_image',
      properties: { name: '0', context: 'code(.context.location) | code(.context) | code(.build.context) | code(.build) | code(.path)' },
    },
    { classes: 'aws/lambda.CallbackFunction', type: 'AWS::Lambda::Function', properties: { code: '.none', callback: '.none' } },
    {
      classes: 'gcp/cloudfunctions.CallbackFunction gcp/cloudfunctions.HttpCallbackFunction',
      type: 'google_cloudfunctions_function',
      properties: { callback: '.none' },
    },
    {
      classes: 'aws/sqs.Queue',
      type: 'AWS::SQS::Queue',
      properties: { 'redrive_policy.dead_letter_target_arn': '.redrivePolicy.deadLetterTargetArn' },
    },
    {
      classes: 'awsx/ecs.FargateService awsx/ecs.EC2Service awsx/classic/ecs.FargateService awsx/classic/ecs.EC2Service',
      type: 'AWS::ECS::Service',
      properties: {
        task_definition: '.taskDefinition | below(task)',
        'load_balancers.target_group_arn': 'groups(.taskDefinitionArgs)',
      },
      also: [
        {
          name: 'task',
          type: 'AWS::ECS::TaskDefinition',
          properties: { container_definitions: 'container(.taskDefinitionArgs.container) | containers(.taskDefinitionArgs.containers)' },
          where: '.taskDefinitionArgs',
        },
      ],
    },
    {
      classes: 'awsx/ecs.FargateTaskDefinition awsx/ecs.EC2TaskDefinition',
      type: 'AWS::ECS::TaskDefinition',
      properties: { container_definitions: 'container(.container) | containers(.containers)' },
    },
    {
      classes: 'awsx/lb.ApplicationLoadBalancer',
      type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
      also: [
        { name: 'defaultTargetGroup', type: 'AWS::ElasticLoadBalancingV2::TargetGroup', properties: { port: '"80"' } },
        {
          name: 'listener',
          type: 'AWS::ElasticLoadBalancingV2::Listener',
          properties: { load_balancer_arn: 'self', 'default_actions.target_group_arn': 'below(defaultTargetGroup)' },
        },
      ],
    },
    {
      classes: 'awsapigateway/.RestAPI',
      type: 'terraform-aws-modules/apigateway-v2/aws',
      properties: { routes: 'routes(.routes)' },
    },
    { classes: 'aws/sfn.StateMachine', type: 'AWS::StepFunctions::StateMachine', properties: { definition: 'references(.definition)' } },
  ],
  methods: [triggered('onObjectCreated onObjectRemoved', 'declared:event', 'base'), triggered('onEvent', 'declared:event', 'base')],
  wrappers: [],
}
