import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Declared, DeclaredCall, Infrastructure } from '../../model/infrastructure.ts'
import { readCloud, writeCloud } from '../cloud/document.ts'
import { constructsOf } from './constructs.ts'
import { cdkName, pulumiName } from './libraries.ts'

it.each([
  ['aws-cdk-lib/aws-lambda.Code.fromAsset', 'awslambda Code fromAsset'],
  ['aws-cdk-lib.aws_lambda_nodejs.NodejsFunction', 'awslambdanodejs NodejsFunction '],
  ['aws-cdk-lib.Duration.seconds', ' Duration seconds'],
  ['@aws-cdk/aws-apigatewayv2-alpha.HttpApi', 'awsapigatewayv2 HttpApi '],
  ['aws_cdk.aws_sqs.Queue', 'awssqs Queue '],
  ['software.amazon.awscdk.services.lambda.eventsources.SqsEventSource', 'awslambdaeventsources SqsEventSource '],
  ['Amazon.CDK.AWS.Lambda.EventSources.SqsEventSource', 'awslambdaeventsources SqsEventSource '],
  ['Amazon.CDK.AWS.DynamoDB.Table', 'awsdynamodb Table '],
  ['github.com/aws/aws-cdk-go/awscdk/v2/awslambda.Code_FromAsset', 'awslambda Code FromAsset'],
  ['github.com/aws/aws-cdk-go/awscdk/v2.NewStack', ' Stack '],
  ['software.amazon.awscdk.*.Queue', '* Queue '],
])('%s has its place in the library', (path, said) => {
  const name = cdkName(path)
  expect(name && `${name.module} ${name.class} ${name.members.join('.')}`).toBe(said)
})

it.each([
  ['@pulumi/aws.sqs.Queue', 'aws sqs Queue'],
  ['@pulumi/azure-native.web.WebApp', 'azure-native web WebApp'],
  ['pulumi_aws.lambda_.Function', 'aws lambda Function'],
  ['github.com/pulumi/pulumi-aws/sdk/v7/go/aws/lambda.NewFunction', 'aws lambda Function'],
  ['github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1.NewDeployment', 'kubernetes apps/v1 Deployment'],
  ['com.pulumi.aws.sqs.Queue', 'aws sqs Queue'],
])('%s has its provider', (path, said) => {
  const name = pulumiName(path)
  expect(name && `${name.provider} ${name.module} ${name.class}`).toBe(said)
})

const PATHS = [
  'aws-cdk-lib.App',
  'aws-cdk-lib.Stack',
  'aws-cdk-lib.Stack().constructor',
  'aws-cdk-lib/aws-lambda.Function',
  'aws-cdk-lib/aws-lambda.Code.fromAsset',
  'aws-cdk-lib/aws-sqs.Queue',
  'aws-cdk-lib/aws-sqs.Queue().grantSendMessages',
  'aws-cdk-lib/aws-lambda.Function().addEventSource',
  'aws-cdk-lib/aws-lambda-event-sources.SqsEventSource',
  'aws-cdk-lib/aws-apigateway.RestApi().root.addResource',
  'aws-cdk-lib/aws-apigateway.RestApi().root.addResource().addMethod',
  'aws-cdk-lib/aws-stepfunctions.StateMachine',
  'aws-cdk-lib/aws-stepfunctions-tasks.LambdaInvoke().next',
  'aws-cdk-lib/aws-ecs.FargateTaskDefinition().addContainer',
  'software.amazon.awscdk.services.sqs.Queue.Builder.create',
  'software.amazon.awscdk.services.sqs.Queue.Builder.create().build',
  '@pulumi/aws.sqs.Queue',
  '@pulumi/awsx.ecs.FargateService',
  '@pulumi/kubernetes.apps.v1.Deployment',
  '__proto__.constructor',
]

const SIZE = 12

const value: fc.Arbitrary<Declared> = fc.letrec<{ value: Declared }>(tie => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.record({ is: fc.constant('made' as const), call: fc.nat(SIZE - 1) }),
    fc.record({ is: fc.constant('text' as const), text: fc.constantFrom('orders', '${x}', '__proto__', '/a/{id}', '') }),
    fc.record({ is: fc.constant('unknown' as const), why: fc.constant('nobody says') }),
    fc.record({ is: fc.constant('path' as const), path: fc.constantFrom('functions/a', 'a.ts') }),
    fc.record({ is: fc.constant('list' as const), items: fc.array(tie('value'), { maxLength: 3 }) }),
    fc.record({ is: fc.constant('any' as const), options: fc.array(tie('value'), { maxLength: 3 }), of: fc.nat(5) }),
    fc.record({
      is: fc.constant('map' as const),
      entries: fc.array(
        fc.record({ key: fc.constantFrom('code', 'environment', 'queue', '__proto__', 'constructor', 'definition'), value: tie('value') }),
        {
          maxLength: 3,
        },
      ),
    }),
  ),
})).value

const call: fc.Arbitrary<DeclaredCall> = fc
  .record({
    path: fc.constantFrom(...PATHS),
    base: fc.option(value, { nil: undefined }),
    own: fc.option(fc.constantFrom('OrdersStack', '__proto__'), { nil: undefined, freq: 5 }),
    args: fc.array(fc.record({ name: fc.constantFrom('0', '1', '2', 'code', 'handler', '__proto__'), value }), { maxLength: 4 }),
  })
  .map(({ path, base, own, args }) => ({
    ...{ path, args, at: { file: 'bin/app.ts', line: 1 } },
    ...(base === undefined ? {} : { base }),
    ...(own === undefined ? {} : { own }),
  }))

it('ends for any calls, those that refer to themselves too, and what it says is a document', () => {
  fc.assert(
    fc.property(fc.array(call, { minLength: SIZE, maxLength: SIZE }), fc.constantFrom('cdk' as const, 'pulumi' as const), (calls, kind) => {
      const program: Infrastructure = { kind, file: 'cdk.json', calls }
      const { resources, exports } = constructsOf(program, new Map(), () => false)
      const read = readCloud(writeCloud(resources, exports).content)
      expect(read.problems).toEqual([])
      expect(read.resources).toHaveLength(resources.length)
    }),
    { numRuns: 150 },
  )
})
