import { expect, it } from 'vitest'
import { bridgedType } from './type-names.ts'
import { rowOf } from './types.ts'

it.each([
  ['aws sqs Queue', 'store'],
  ['aws lambda Function', 'function'],
  ['aws lambda EventSourceMapping', 'subscription'],
  ['aws apigatewayv2 Api', 'api'],
  ['aws apigateway RestApi', 'api'],
  ['aws rds Instance', 'store'],
  ['aws s3 BucketV2', 'store'],
  ['aws s3 BucketNotification', 'notification'],
  ['aws cloudwatch EventRule', 'bus-rule'],
  ['aws ecs TaskDefinition', 'task'],
  ['aws lb LoadBalancer', 'balancer'],
  ['aws lb TargetGroup', 'target-group'],
  ['aws sfn StateMachine', 'workflow'],
  ['aws sns TopicSubscription', 'subscription'],
  ['aws elasticache ReplicationGroup', 'store'],
  ['google pubsub Topic', 'store'],
  ['google cloudrun Service', 'service'],
  ['google cloudrunv2 Service', 'service'],
  ['google cloudfunctionsv2 Function', 'function'],
  ['google sql DatabaseInstance', 'store'],
  ['azurerm servicebus Queue', 'store'],
  ['azurerm containerapp App', 'service'],
  ['azurerm redis Cache', 'store'],
  ['azurerm storage Account', 'store'],
  ['azurerm eventhub EventHub', 'store'],
  ['azurerm cosmosdb Account', 'store'],
])('%s is what the tables call a %s', (words, role) => {
  const [provider = '', service = '', name = ''] = words.split(' ')
  expect(rowOf(bridgedType(provider, service, name))?.role).toBe(role)
})

it('a type that no table has stays one that means nothing', () => {
  expect(bridgedType('aws', 'constructor', 'Prototype')).toBe('aws_constructor_prototype')
  expect(rowOf('aws_constructor_prototype')).toBeUndefined()
})
