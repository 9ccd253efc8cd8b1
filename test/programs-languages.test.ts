import { expect, it } from 'vitest'
import { declaredMap, nodes, pairs } from './support/office.ts'

const shown = async (files: Record<string, string>) => {
  const model = await declaredMap(files)
  return { nodes: nodes(model), pairs: pairs(model), problems: model.problems.map(p => `${p.code} ${p.at?.file ?? ''}`) }
}

/** Handlers in Python that the programs below deploy. */
const handlers = {
  'functions/booking/app.py':
    'import os\nimport boto3\n\ndef handle(event, context):\n    boto3.resource("dynamodb").Table(os.environ["SEATS_TABLE"]).put_item(Item={})\n',
  'functions/receipts/app.py': 'def handle(event, context):\n    return None\n',
}

it('Python CDK: keywords, a base class of the program, grants, what cannot be told', async () => {
  expect(
    await shown({
      ...handlers,
      'cdk.json': '{"app": "python3 app.py"}',
      'app.py': `
import os
from aws_cdk import App
from office.stack import BookingStack

app = App()
BookingStack(app, "Booking", seats_name=os.environ.get("SEATS_NAME"))
app.synth()
`,
      'office/base.py': `
from aws_cdk import Stack, aws_sqs as sqs

class OfficeStack(Stack):
    def __init__(self, scope, construct_id, **kwargs):
        super().__init__(scope, construct_id, **kwargs)
        self.failed = sqs.Queue(self, "Failed", queue_name="office-failed")
`,
      'office/stack.py': `
from aws_cdk import aws_dynamodb as dynamodb, aws_lambda as _lambda, aws_sqs as sqs, aws_sns as sns
from aws_cdk import aws_apigatewayv2 as apigw, aws_apigatewayv2_integrations as integrations
from aws_cdk.aws_lambda_event_sources import SqsEventSource
from aws_cdk.aws_sns_subscriptions import LambdaSubscription
from constructs import Construct
from office.base import OfficeStack

class BookingStack(OfficeStack):
    def __init__(self, scope: Construct, construct_id: str, *, seats_name, **kwargs) -> None:
        super().__init__(scope, construct_id, **kwargs)
        seats = dynamodb.Table(self, "Seats", table_name=seats_name)
        booking = _lambda.Function(
            self, "Booking",
            runtime=_lambda.Runtime.PYTHON_3_12,
            handler="app.handle",
            code=_lambda.Code.from_asset("functions/booking"),
            environment={"SEATS_TABLE": seats.table_name},
        )
        receipts = sqs.Queue(self, "Receipts", dead_letter_queue=sqs.DeadLetterQueue(queue=self.failed, max_receive_count=2))
        worker = _lambda.Function(
            self, "ReceiptWorker",
            runtime=_lambda.Runtime.PYTHON_3_12,
            handler="app.handle",
            code=_lambda.Code.from_asset("functions/receipts"),
            events=[SqsEventSource(receipts)],
        )
        seats.grant_read_data(worker)
        sold = sns.Topic(self, "Sold")
        sold.add_subscription(LambdaSubscription(worker))
        api = apigw.HttpApi(self, "Office")
        api.add_routes(
            path="/seats",
            methods=[apigw.HttpMethod.POST],
            integration=integrations.HttpLambdaIntegration("Book", booking),
        )
`,
    }),
  ).toMatchInlineSnapshot(`
    {
      "nodes": [
        "Booking",
        "Office",
        "ReceiptWorker",
        "Seats",
        "topic:Receipts",
        "topic:Sold",
      ],
      "pairs": [
        "Booking -> Seats",
        "Office -> Booking",
        "ReceiptWorker -> Seats",
        "ReceiptWorker -> topic:Receipts",
        "ReceiptWorker -> topic:Sold",
      ],
      "problems": [],
    }
  `)
})

it('Java CDK: builders, namespaces that are opened whole', async () => {
  expect(
    await shown({
      ...handlers,
      'cdk.json': '{"app": "mvn -e -q compile exec:java"}',
      'pom.xml': '<project><groupId>office</groupId><artifactId>cloud</artifactId><version>1</version></project>',
      'src/main/java/office/OfficeApp.java': `
package office;

import software.amazon.awscdk.App;

public class OfficeApp {
  public static void main(final String[] args) {
    App app = new App();
    new BookingStack(app, "Booking", "office-seats");
    app.synth();
  }
}
`,
      'src/main/java/office/BookingStack.java': `
package office;

import java.util.*;
import software.amazon.awscdk.*;
import software.amazon.awscdk.services.dynamodb.*;
import software.amazon.awscdk.services.lambda.*;
import software.amazon.awscdk.services.lambda.eventsources.SqsEventSource;
import software.amazon.awscdk.services.sqs.Queue;
import software.constructs.Construct;

public class BookingStack extends Stack {
  public BookingStack(final Construct scope, final String id, final String seatsName) {
    super(scope, id);
    Table seats = Table.Builder.create(this, "Seats").tableName(seatsName).build();
    Queue receipts = new Queue(this, "Receipts");
    FunctionProps props = FunctionProps.builder()
        .runtime(Runtime.PYTHON_3_12)
        .handler("app.handle")
        .code(Code.fromAsset("functions/booking"))
        .environment(Map.of("SEATS_TABLE", seats.getTableName()))
        .build();
    Function booking = new Function(this, "BookingFunction", props);
    booking.addEventSource(SqsEventSource.Builder.create(receipts).batchSize(1).build());
  }
}
`,
    }),
  ).toMatchInlineSnapshot(`
    {
      "nodes": [
        "BookingFunction",
        "Seats",
        "topic:Receipts",
      ],
      "pairs": [
        "BookingFunction -> Seats",
        "BookingFunction -> topic:Receipts",
      ],
      "problems": [],
    }
  `)
})

it('C# CDK: initialisers, several namespaces', async () => {
  expect(
    await shown({
      ...handlers,
      'cdk.json': '{"app": "dotnet run --project src/Office/Office.csproj"}',
      'src/Office/Office.csproj': '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType></PropertyGroup></Project>',
      'src/Office/Program.cs': `
using Amazon.CDK;

namespace Office
{
    sealed class Program
    {
        public static void Main(string[] args)
        {
            var app = new App();
            new BookingStack(app, "Booking", new StackProps());
            app.Synth();
        }
    }
}
`,
      'src/Office/BookingStack.cs': `
using System.Collections.Generic;
using Amazon.CDK;
using Amazon.CDK.AWS.DynamoDB;
using Amazon.CDK.AWS.Lambda;
using Constructs;

namespace Office
{
    public class BookingStack : Stack
    {
        internal BookingStack(Construct scope, string id, IStackProps props = null) : base(scope, id, props)
        {
            var seats = new Table(this, "Seats", new TableProps { TableName = "office-seats" });
            var booking = new Function(this, "BookingFunction", new FunctionProps
            {
                Runtime = Runtime.PYTHON_3_12,
                Handler = "app.handle",
                Code = Code.FromAsset("functions/booking"),
                Environment = new Dictionary<string, string> { ["SEATS_TABLE"] = seats.TableName },
            });
            seats.GrantReadWriteData(booking);
        }
    }
}
`,
    }),
  ).toEqual({ nodes: ['BookingFunction', 'Seats'], pairs: ['BookingFunction -> Seats'], problems: [] })
})

it('Go CDK: pointers to properties, functions that make', async () => {
  expect(
    await shown({
      ...handlers,
      'cdk.json': '{"app": "go mod download && go run office.go"}',
      'go.mod': 'module office\n\ngo 1.24\n',
      'office.go': `
package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

func NewBookingStack(scope constructs.Construct, id string) awscdk.Stack {
	stack := awscdk.NewStack(scope, &id, nil)
	seats := awsdynamodb.NewTable(stack, jsii.String("Seats"), &awsdynamodb.TableProps{TableName: jsii.String("office-seats")})
	booking := awslambda.NewFunction(stack, jsii.String("BookingFunction"), &awslambda.FunctionProps{
		Runtime: awslambda.Runtime_PYTHON_3_12(),
		Handler: jsii.String("app.handle"),
		Code:    awslambda.Code_FromAsset(jsii.String("functions/booking"), nil),
		Environment: &map[string]*string{
			"SEATS_TABLE": seats.TableName(),
		},
	})
	seats.GrantReadWriteData(booking)
	return stack
}

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	NewBookingStack(app, "Booking")
	app.Synth(nil)
}
`,
    }),
  ).toEqual({ nodes: ['BookingFunction', 'Seats'], pairs: ['BookingFunction -> Seats'], problems: [] })
})

it('Pulumi in TypeScript: values known later, loops, components, images, objects of Kubernetes', async () => {
  expect(
    await shown({
      ...handlers,
      'Pulumi.yaml': 'name: office\nruntime: nodejs\nconfig:\n  office:stage: live\n',
      'package.json': '{"name": "office", "main": "index.ts"}',
      'worker.ts': `
import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

export class Worker extends pulumi.ComponentResource {
  readonly queue: aws.sqs.Queue;
  constructor(name: string, args: { folder: string }, opts?: pulumi.ComponentResourceOptions) {
    super('office:Worker', name, {}, opts);
    this.queue = new aws.sqs.Queue(\`\${name}-queue\`, {}, { parent: this });
    const handler = new aws.lambda.Function(name, {
      runtime: 'python3.12',
      handler: 'app.handle',
      code: new pulumi.asset.AssetArchive({ '.': new pulumi.asset.FileArchive(args.folder) }),
    }, { parent: this });
    new aws.lambda.EventSourceMapping(\`\${name}-events\`, { eventSourceArn: this.queue.arn, functionName: handler.name });
  }
}
`,
      'index.ts': `
import * as aws from '@pulumi/aws';
import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { Worker } from './worker';

const config = new pulumi.Config();
const seats = new aws.dynamodb.Table('seats', { name: pulumi.interpolate\`seats-\${config.require('stage')}\`, hashKey: 'id' });
const booking = new aws.lambda.Function('booking', {
  runtime: 'python3.12',
  handler: 'app.handle',
  code: new pulumi.asset.FileArchive('./functions/booking'),
  environment: { variables: { SEATS_TABLE: seats.name.apply(name => name) } },
});
const receipts = new Worker('receipts', { folder: './functions/receipts' });
const bus = new aws.cloudwatch.EventBus('office');
const rule = new aws.cloudwatch.EventRule('sold', {
  eventBusName: bus.name,
  eventPattern: JSON.stringify({ 'detail-type': ['SeatSold'] }),
});
new aws.cloudwatch.EventTarget('sold', { rule: rule.name, arn: receipts.queue.arn, eventBusName: bus.name });
const labels = { app: 'boxoffice' };
new k8s.apps.v1.Deployment('boxoffice', {
  spec: {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: { containers: [{ name: 'boxoffice', image: 'office/boxoffice', env: [{ name: 'PRICING', value: 'http://pricing' }] }] },
    },
  },
});
export const table = seats.name;
`,
    }),
  ).toMatchInlineSnapshot(`
    {
      "nodes": [
        "booking",
        "boxoffice",
        "receipts",
        "seats",
        "topic:SeatSold",
        "topic:receipts-queue",
      ],
      "pairs": [
        "booking -> seats",
        "receipts -> topic:receipts-queue",
        "topic:receipts-queue -> topic:SeatSold",
      ],
      "problems": [],
    }
  `)
})

it('Pulumi in Go: arguments by pointer, arrays, formatted texts', async () => {
  expect(
    await shown({
      ...handlers,
      'Pulumi.yaml': 'name: office\nruntime: go\n',
      'go.mod': 'module office\n\ngo 1.24\n',
      'main.go': `
package main

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/dynamodb"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/lambda"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		seats, err := dynamodb.NewTable(ctx, "seats", &dynamodb.TableArgs{Name: pulumi.String("office-seats")})
		if err != nil {
			return err
		}
		_, err = lambda.NewFunction(ctx, "booking", &lambda.FunctionArgs{
			Runtime: pulumi.String("python3.12"),
			Handler: pulumi.String("app.handle"),
			Code:    pulumi.NewFileArchive("./functions/booking"),
			Environment: &lambda.FunctionEnvironmentArgs{
				Variables: pulumi.StringMap{"SEATS_TABLE": seats.Name},
			},
		})
		return err
	})
}
`,
    }),
  ).toMatchInlineSnapshot(`
    {
      "nodes": [
        "booking",
        "seats",
      ],
      "pairs": [
        "booking -> seats",
      ],
      "problems": [],
    }
  `)
})

it('what is no such program gives nothing, and a broken one does no harm', async () => {
  const code = { 'lib/stack.ts': "import * as sqs from 'aws-cdk-lib/aws-sqs';\nnew sqs.Queue(undefined as never, 'Receipts');\n" }
  expect((await shown(code)).nodes).toEqual([])
  expect(await shown({ ...code, 'cdk.json': '{ "app": ' })).toMatchObject({ nodes: [], problems: ['yaml/syntax cdk.json'] })
  const looped = `
import * as cdk from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
class Again extends cdk.Stack {
  constructor(scope: any, id: string, depth: any) {
    super(scope, id);
    new lambda.Function(this, id + depth, { code: lambda.Code.fromAsset(process.env.FOLDER!), handler: unknownThing(), environment: { SELF: this as any, ['__proto__']: id } });
    new Again(this, id + '-', depth + 1);
  }
}
new Again(new cdk.App(), 'Office', 0);
`
  const found = await shown({ 'cdk.json': '{"app": "node loop.ts"}', 'loop.ts': looped })
  expect(found.problems).toEqual([])
})

it('a service beside the program stays one, though the build around both is the same', async () => {
  const found = await shown({
    'package.json': '{"name": "office"}',
    'cdk.json': '{"app": "node bin/office.js"}',
    'bin/office.js': `
const { App, Stack } = require('aws-cdk-lib');
const ecs = require('aws-cdk-lib/aws-ecs');
const app = new App();
const stack = new Stack(app, 'Office');
const task = new ecs.FargateTaskDefinition(stack, 'BoxofficeTask');
task.addContainer('boxoffice', { image: ecs.ContainerImage.fromAsset('services/boxoffice'), environment: { PRICING_URL: 'http://pricing.office.local:7000' } });
new ecs.FargateService(stack, 'Boxoffice', { taskDefinition: task });
const pricing = new ecs.FargateTaskDefinition(stack, 'PricingTask');
pricing.addContainer('pricing', { image: ecs.ContainerImage.fromAsset('services/pricing') }).addPortMappings({ containerPort: 7000 });
new ecs.FargateService(stack, 'Pricing', { taskDefinition: pricing, cloudMapOptions: { name: 'pricing.office.local' } });
`,
    ...Object.fromEntries(
      ['boxoffice', 'pricing'].flatMap(name => [
        [`services/${name}/Dockerfile`, 'FROM node:24\nCOPY server.js .\nCMD ["node", "server.js"]\n'],
        [
          `services/${name}/server.js`,
          `const express = require('express');\nconst app = express();\napp.get('/quotes', async (q, r) => r.json(${name === 'boxoffice' ? 'await (await fetch(`${process.env.PRICING_URL}/quotes`)).json()' : '{}'}));\napp.listen(7000);\n`,
        ],
      ]),
    ),
  })
  expect(found).toMatchInlineSnapshot(`
    {
      "nodes": [
        "Boxoffice",
        "Pricing",
      ],
      "pairs": [
        "Boxoffice -> Pricing",
      ],
      "problems": [],
    }
  `)
})
