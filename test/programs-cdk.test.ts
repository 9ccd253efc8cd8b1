import { describe, expect, it } from 'vitest'
import { declaredMap, nodes, pairs } from './support/office.ts'

/** Two stacks: what is kept in the first is handed to the second, whose functions and service use it. */
const typescript: Record<string, string> = {
  'package.json': '{"name": "office-cloud", "devDependencies": {"aws-cdk-lib": "2.200.0"}}',
  'cdk.json': '{"app": "npx ts-node --prefer-ts-exts bin/office.ts", "context": {"seatsTable": "office-seats"}}',
  'bin/office.ts': `
#!/usr/bin/env node
import * as cdk from 'aws-cdk-lib';
import { BookingStack } from '../lib/booking-stack';
import { DataStack } from '../lib/data-stack';

const app = new cdk.App();
const data = new DataStack(app, 'OfficeData');
new BookingStack(app, 'OfficeBooking', { seats: data.seats, receipts: data.receipts });
`,
  'lib/data-stack.ts': `
import { Stack, StackProps, Duration } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';

export class DataStack extends Stack {
  public readonly seats: dynamodb.Table;
  public readonly receipts: sqs.IQueue;

  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    this.seats = new dynamodb.Table(this, 'Seats', {
      tableName: this.node.tryGetContext('seatsTable'),
      partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
    });
    const failed = new sqs.Queue(this, 'FailedReceipts');
    this.receipts = new sqs.Queue(this, 'Receipts', {
      visibilityTimeout: Duration.seconds(60),
      deadLetterQueue: { queue: failed, maxReceiveCount: 3 },
    });
    new StringParameter(this, 'PricingUrl', { parameterName: '/office/pricing-url', stringValue: 'http://pricing.office.local' });
  }
}
`,
  'lib/worker.ts': `
import { NodejsFunction, NodejsFunctionProps } from 'aws-cdk-lib/aws-lambda-nodejs';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import * as path from 'path';

export interface WorkerProps { from: sqs.IQueue; entry: string; environment?: Record<string, string> }

/** A function that takes from a queue. */
export class Worker extends Construct {
  readonly handler: NodejsFunction;
  constructor(scope: Construct, id: string, props: WorkerProps) {
    super(scope, id);
    this.handler = new NodejsFunction(this, 'Handler', {
      entry: path.join(__dirname, '..', 'functions', props.entry),
      environment: props.environment,
    });
    this.handler.addEventSource(new SqsEventSource(props.from, { batchSize: 5 }));
  }
}
`,
  'lib/booking-stack.ts': `
import * as cdk from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as patterns from 'aws-cdk-lib/aws-ecs-patterns';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { Worker } from './worker';

interface BookingProps extends cdk.StackProps { seats: dynamodb.ITable; receipts: sqs.IQueue }

export class BookingStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props: BookingProps) {
    super(scope, id, props);
    const sold = new sns.Topic(this, 'Sold');
    const booking = new lambda.Function(this, 'Booking', {
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: lambda.Code.fromAsset('functions/booking'),
      environment: {
        SEATS_TABLE: props.seats.tableName,
        SOLD_TOPIC: sold.topicArn,
        PRICING_URL: ssm.StringParameter.valueForStringParameter(this, '/office/pricing-url'),
      },
    });
    props.seats.grantReadWriteData(booking);
    sold.grantPublish(booking);
    sold.addSubscription(new subscriptions.SqsSubscription(props.receipts));
    const worker = new Worker(this, 'Receipts', { from: props.receipts, entry: 'receipts.ts', environment: { SEATS_TABLE: props.seats.tableName } });

    const api = new apigateway.RestApi(this, 'OfficeApi');
    const seats = api.root.addResource('seats');
    seats.addMethod('POST', new apigateway.LambdaIntegration(booking));
    seats.addResource('{id}').addMethod('GET', new apigateway.LambdaIntegration(booking));

    const vpc = new ec2.Vpc(this, 'Vpc');
    const cluster = new ecs.Cluster(this, 'Cluster', { vpc });
    new patterns.ApplicationLoadBalancedFargateService(this, 'Boxoffice', {
      cluster,
      taskImageOptions: {
        image: ecs.ContainerImage.fromAsset('boxoffice'),
        containerPort: 8080,
        environment: { BOOKING_API: api.url },
      },
    });

    const audit = new lambda.Function(this, 'Audit', {
      runtime: lambda.Runtime.PYTHON_3_12,
      handler: 'audit.handle',
      code: lambda.Code.fromAsset('functions/audit'),
    });
    const bus = new events.EventBus(this, 'OfficeBus');
    const rule = new events.Rule(this, 'Refunds', {
      eventBus: bus,
      eventPattern: { source: ['office.booking'], detailType: ['SeatRefunded'] },
    });
    rule.addTarget(new targets.LambdaFunction(audit));

    const charge = new tasks.LambdaInvoke(this, 'Charge', { lambdaFunction: booking });
    const note = new tasks.SqsSendMessage(this, 'Note', { queue: props.receipts, messageBody: sfn.TaskInput.fromText('done') });
    new sfn.StateMachine(this, 'Season', { definitionBody: sfn.DefinitionBody.fromChainable(charge.next(note)) });
  }
}
`,
  'functions/booking/index.js': `
const { DynamoDBClient, PutItemCommand } = require('@aws-sdk/client-dynamodb');
const { SNSClient, PublishCommand } = require('@aws-sdk/client-sns');
exports.handler = async event => {
  await new DynamoDBClient({}).send(new PutItemCommand({ TableName: process.env.SEATS_TABLE, Item: {} }));
  await new SNSClient({}).send(new PublishCommand({ TopicArn: process.env.SOLD_TOPIC, Message: '{}' }));
  await fetch(\`\${process.env.PRICING_URL}/quotes\`);
};
`,
  'functions/receipts.ts': `
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
export const handler = async (event: any) => {
  await new DynamoDBClient({}).send(new UpdateItemCommand({ TableName: process.env.SEATS_TABLE, Key: {} }));
};
`,
  'functions/audit/audit.py': 'def handle(event, context):\n    return None\n',
  'boxoffice/Dockerfile': 'FROM node:24\nCOPY server.js .\nCMD ["node", "server.js"]\n',
  'boxoffice/server.js': `
const express = require('express');
const app = express();
app.get('/', async (q, r) => r.json(await (await fetch(\`\${process.env.BOOKING_API}/seats\`, { method: 'POST' })).json()));
app.listen(8080);
`,
}

describe('a program of the Cloud Development Kit in TypeScript', () => {
  it('is what its stacks deploy, with values that one hands to the other', async () => {
    const model = await declaredMap(typescript)
    expect(nodes(model)).toMatchInlineSnapshot(`
      [
        "Audit",
        "Booking",
        "Boxoffice",
        "OfficeApi",
        "Receipts",
        "Season",
        "Seats",
        "topic:Receipts",
        "topic:SeatRefunded",
        "topic:Sold",
      ]
    `)
    expect(pairs(model)).toMatchInlineSnapshot(`
      [
        "Audit -> topic:SeatRefunded",
        "Booking -> Seats",
        "Booking -> topic:Sold",
        "Boxoffice -> OfficeApi",
        "OfficeApi -> Booking",
        "Receipts -> Seats",
        "Receipts -> topic:Receipts",
        "Season -> Booking",
        "Season -> topic:Receipts",
        "topic:Receipts -> topic:Sold",
      ]
    `)
  })

  it('goes before the template that it was synthesized to; one that nobody synthesized stays', async () => {
    const template = (name: string, more = ''): string => `Resources:
  ${name}Queue:
    Type: AWS::SQS::Queue
${more}  ${name}Take:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {EventSourceArn: !GetAtt ${name}Queue.Arn, FunctionName: !Ref ${name}Worker}
  ${name}Worker:
    Type: AWS::Lambda::Function
    Properties: {Handler: x.y}
`
    const model = await declaredMap({
      ...typescript,
      'template.yaml': template('Synthesized', '    Metadata:\n      aws:cdk:path: OfficeData/Receipts/Resource\n'),
      'parcels.yaml': template('Parcels'),
    })
    expect(nodes(model).filter(id => /Synthesized|Parcels/.test(id))).toEqual(['ParcelsWorker', 'topic:ParcelsQueue'])
  })
})
