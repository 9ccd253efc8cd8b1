import { describe, expect, it } from 'vitest'
import { mapOf, pairs } from './support/office.ts'

/** Two stacks that find each other by parameters and exports, a third of the Serverless Framework. */
const system: Record<string, string> = {
  'shared/template.yaml': `
AWSTemplateFormatVersion: '2010-09-09'
Parameters: {Stage: {Type: String}}
Resources:
  Office:
    Type: AWS::Events::EventBus
    Properties: {Name: !Sub 'office-\${Stage}'}
Outputs:
  Bus: {Value: !Ref Office, Export: {Name: !Sub '\${AWS::StackName}-bus'}}
`,
  'booking/template.yaml': `
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String}
  Collect: {Type: 'AWS::SSM::Parameter::Value<String>'}
Resources:
  Seats: {Type: AWS::Serverless::SimpleTable}
  Book:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: book.handler
      Environment:
        Variables:
          SEATS_TABLE: !Ref Seats
          COLLECT: !Ref Collect
          BUS: !ImportValue {'Fn::Sub': 'shared-bus'}
      Events:
        Post: {Type: Api, Properties: {Path: /bookings, Method: post}}
  Tell:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: tell.handler
      Events:
        Booked:
          Type: EventBridgeRule
          Properties: {EventBusName: !ImportValue shared-bus, Pattern: {source: [booking], detail-type: [SeatBooked]}}
  Refund:
    Type: AWS::Serverless::StateMachine
    Properties:
      Definition: {StartAt: A, States: {A: {Type: Task, Resource: !GetAtt Tell.Arn, Next: B}, B: {Type: Task, Resource: !Ref Collect, End: true}}}
`,
  'booking/Makefile': `
deploy:
	sam deploy --stack-name booking \\
		--parameter-overrides Stage=$\${STAGE} Collect=/$\${STAGE}/billing/collect
`,
  'booking/src/book.py': `
import os
import boto3

table = boto3.resource("dynamodb").Table(os.environ["SEATS_TABLE"])
events = boto3.client("events")
functions = boto3.client("lambda")


def handler(event, context):
    table.put_item(Item={"id": "1"})
    functions.invoke(FunctionName=os.environ["COLLECT"], Payload=b"{}")
    events.put_events(Entries=[{"Source": "booking", "DetailType": "SeatBooked", "EventBusName": os.environ["BUS"], "Detail": "{}"}])
`,
  'booking/src/tell.py': 'def handler(event, context):\n    return event["detail"]\n',
  'billing/template.yaml': `
Transform: AWS::Serverless-2016-10-31
Parameters: {Env: {Type: String}}
Resources:
  Collect:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: collect/, Handler: app.handler}
  CollectName:
    Type: AWS::SSM::Parameter
    Properties: {Name: !Sub '/\${Env}/billing/collect', Value: !GetAtt Collect.Arn}
`,
  'billing/collect/app.py': 'def handler(event, context):\n    return {}\n',
  'notify/serverless.yml': `
service: notify
provider: {name: aws, environment: {QUEUE: !Ref Jobs}}
functions:
  send:
    handler: send.handler
    events: [{http: POST messages}]
  work:
    handler: work.handler
    events: [{sqs: {arn: !GetAtt Jobs.Arn}}]
resources: {Resources: {Jobs: {Type: AWS::SQS::Queue}}}
`,
  'notify/send.py': `
import os
import boto3


def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE"], MessageBody="{}")
`,
  'notify/work.py': 'def handler(event, context):\n    return event\n',
}

describe('stacks of one system', () => {
  it('are one map: parameters, exports, events, steps, queues', async () => {
    const model = await mapOf(system)
    expect(pairs(model)).toMatchInlineSnapshot(`
      [
        "Book -> Collect",
        "Book -> Seats",
        "Book -> topic:SeatBooked",
        "Refund -> Collect",
        "Refund -> Tell",
        "Tell -> topic:SeatBooked",
        "booking-api -> Book",
        "notify-api -> notify-dev-send",
        "notify-dev-send -> topic:Jobs",
        "notify-dev-work -> topic:Jobs",
      ]
    `)
  })
})
