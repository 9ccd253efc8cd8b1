import { describe, expect, it } from 'vitest'
import { mapOf, nodes, pairs } from './support/office.ts'

/** A booking function that keeps seats in a table and tells others, a worker behind a queue, a service in a container, two ways in. */
const system: Record<string, string> = {
  'infra/main.tf': `
variable "stage" { default = "live" }

locals {
  prefix = "office-\${var.stage}"
}

resource "aws_dynamodb_table" "seats" {
  name = "\${local.prefix}-seats"
}

resource "aws_sqs_queue" "receipts" {
  name = "\${local.prefix}-receipts"
}

resource "aws_sns_topic" "sold" {
  name = "\${local.prefix}-sold"
}

resource "aws_sns_topic_subscription" "receipts" {
  topic_arn = aws_sns_topic.sold.arn
  protocol  = "sqs"
  endpoint  = aws_sqs_queue.receipts.arn
}

data "archive_file" "booking" {
  source_dir  = "\${path.module}/../booking"
  output_path = "booking.zip"
}

resource "aws_lambda_function" "booking" {
  function_name = "\${local.prefix}-booking"
  filename      = data.archive_file.booking.output_path
  handler       = "index.handler"
  environment {
    variables = {
      SEATS_TABLE = aws_dynamodb_table.seats.name
      SOLD_TOPIC  = aws_sns_topic.sold.arn
      PRICING_URL = "http://\${aws_lb.inner.dns_name}"
    }
  }
}

resource "aws_lambda_function" "receipts" {
  function_name = "\${local.prefix}-receipts"
  filename      = "receipts.zip"
  handler       = "receipts/app.handle"
  environment {
    variables = {
      BOOKING_FUNCTION = aws_lambda_function.booking.function_name
    }
  }
}

resource "aws_lambda_event_source_mapping" "receipts" {
  event_source_arn = aws_sqs_queue.receipts.arn
  function_name    = aws_lambda_function.receipts.arn
}

resource "aws_apigatewayv2_api" "public" {
  name = "\${local.prefix}-public"
}

resource "aws_apigatewayv2_integration" "booking" {
  api_id          = aws_apigatewayv2_api.public.id
  integration_uri = aws_lambda_function.booking.invoke_arn
}

resource "aws_apigatewayv2_route" "book" {
  api_id    = aws_apigatewayv2_api.public.id
  route_key = "POST /seats/{id}"
  target    = "integrations/\${aws_apigatewayv2_integration.booking.id}"
}

resource "aws_ecr_repository" "pricing" {
  name = "office/pricing"
}

resource "aws_ecs_task_definition" "pricing" {
  family = "pricing"
  container_definitions = jsonencode([{
    name         = "pricing"
    image        = "\${aws_ecr_repository.pricing.repository_url}:1"
    portMappings = [{ containerPort = 7000 }]
    environment  = [{ name = "DATABASE_URL", value = "postgres://\${aws_db_instance.rates.address}/rates" }]
  }])
}

resource "aws_ecs_service" "pricing" {
  name            = "pricing"
  task_definition = aws_ecs_task_definition.pricing.arn
  load_balancer {
    target_group_arn = aws_lb_target_group.pricing.arn
  }
}

resource "aws_db_instance" "rates" {
  identifier = "rates"
  engine     = "postgres"
}

resource "aws_db_instance" "unused" {
  identifier = "unused"
  engine     = "postgres"
}

resource "aws_lb" "inner" {
  internal = true
}

resource "aws_lb_listener" "inner" {
  load_balancer_arn = aws_lb.inner.arn
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.pricing.arn
  }
}

resource "aws_lb_target_group" "pricing" {}
`,
  'booking/index.js': `
const { DynamoDBClient, PutItemCommand } = require('@aws-sdk/client-dynamodb')
const { SNSClient, PublishCommand } = require('@aws-sdk/client-sns')
const axios = require('axios')
const table = process.env.SEATS_TABLE
exports.handler = async event => {
  const price = await axios.get(\`\${process.env.PRICING_URL}/prices/\${event.id}\`)
  await new DynamoDBClient({}).send(new PutItemCommand({ TableName: table, Item: {} }))
  await new SNSClient({}).send(new PublishCommand({ TopicArn: process.env.SOLD_TOPIC, Message: '{}' }))
}
`,
  'receipts/app.py': `
import os
import boto3

client = boto3.client('lambda')
archive = boto3.resource('dynamodb').Table('archive')

def handle(event, context):
    client.invoke(FunctionName=os.environ['BOOKING_FUNCTION'])
    archive.put_item(Item={})
`,
  'pricing/Dockerfile': 'FROM node:22\nCOPY . .\nCMD ["node", "server.js"]\n',
  'pricing/server.js': `
const express = require('express')
const { Pool } = require('pg')
const pool = new Pool({ connectionString: process.env.DATABASE_URL })
const app = express()
app.get('/prices/:id', async (q, r) => r.json(await pool.query('select 1')))
app.listen(7000)
`,
}

describe('a system of functions, containers and queues', () => {
  it('is joined by its infrastructure, end to end', async () => {
    const model = await mapOf(system)
    expect(pairs(model)).toEqual([
      'booking -> pricing',
      'booking -> seats',
      'booking -> topic:sold',
      'pricing -> rates',
      'public -> booking',
      'receipts -> booking',
      'receipts -> dynamodb:archive',
      'receipts -> topic:receipts',
      'topic:receipts -> topic:sold',
    ])
    expect(nodes(model)).toEqual([
      'booking',
      'dynamodb:archive',
      'pricing',
      'public',
      'rates',
      'receipts',
      'seats',
      'topic:receipts',
      'topic:sold',
    ])
    expect(Object.fromEntries(model.services.map(s => [s.id, s.kind]))).toEqual({
      booking: 'function',
      pricing: 'service',
      public: 'gateway',
      receipts: 'function',
    })
    expect(Object.fromEntries(model.resources.map(r => [r.id, r.kind]))).toEqual({
      'dynamodb:archive': 'database',
      rates: 'database',
      seats: 'database',
      'topic:receipts': 'queue',
      'topic:sold': 'topic',
    })
    expect(model.unresolved).toEqual([])
  })

  it('shows the lines that lead there', async () => {
    const model = await mapOf(system)
    const stored = model.interactions.find(i => i.to === 'seats')!
    expect(stored.evidence.map(e => [e.at.file, e.via?.map(v => `${v.at.file}:${v.at.line} ${v.says}`)])).toEqual([
      [
        'booking/index.js',
        expect.arrayContaining(['infra/main.tf:37 SEATS_TABLE = aws_dynamodb_table.seats.name', 'infra/main.tf:8 database seats']),
      ],
    ])
    expect(model.interactions.find(i => i.from === 'public')!.operations.map(o => o.operation)).toEqual(['POST /seats/{}'])
    expect(model.interactions.find(i => i.to === 'pricing')!.operations.map(o => o.operation)).toEqual(['GET /prices/{}'])
  })
})

const busSystem = (pattern: string): Record<string, string> => ({
  'main.tf': `
resource "aws_cloudwatch_event_bus" "office" { name = "office" }
resource "aws_lambda_function" "billing" {
  function_name = "billing"
  filename      = "billing.zip"
  handler       = "billing/index.handler"
  environment { variables = { BUS = aws_cloudwatch_event_bus.office.name } }
}
resource "aws_lambda_function" "ledger" {
  function_name = "ledger"
  filename      = "ledger.zip"
  handler       = "ledger/index.handler"
}
resource "aws_cloudwatch_event_rule" "paid" {
  event_bus_name = aws_cloudwatch_event_bus.office.name
  event_pattern  = jsonencode(${pattern})
}
resource "aws_cloudwatch_event_target" "paid" {
  rule = aws_cloudwatch_event_rule.paid.name
  arn  = aws_lambda_function.ledger.arn
}
`,
  'billing/index.js': `
const { EventBridgeClient, PutEventsCommand } = require('@aws-sdk/client-eventbridge')
exports.handler = async () => new EventBridgeClient({}).send(new PutEventsCommand({
  Entries: [{ EventBusName: process.env.BUS, Source: 'billing', DetailType: 'InvoicePaid', Detail: '{}' }],
}))
`,
  'ledger/index.js': 'exports.handler = async () => ({})\n',
})

describe('an event bus', () => {
  it('hands on what its rules take, by type', async () => {
    expect(pairs(await mapOf(busSystem('{ "detail-type" = ["InvoicePaid"] }')))).toEqual([
      'billing -> topic:InvoicePaid',
      'ledger -> topic:InvoicePaid',
    ])
    expect(pairs(await mapOf(busSystem('{ "detail-type" = ["InvoiceVoided"] }')))).toEqual([
      'billing -> topic:InvoicePaid',
      'ledger -> topic:InvoiceVoided',
    ])
  })

  it('hands on all that code puts there, where a rule names no type', async () => {
    expect(pairs(await mapOf(busSystem('{ source = ["billing"] }')))).toEqual([
      'billing -> topic:InvoicePaid',
      'ledger -> topic:InvoicePaid',
    ])
  })
})
