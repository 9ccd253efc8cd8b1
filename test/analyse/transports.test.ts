import { describe, expect, it } from 'vitest'
import { showValue } from '../../src/model/value.ts'
import { analysed } from './system.ts'

const told = async (files: Record<string, string>): Promise<string[]> =>
  [
    ...new Set(
      (await analysed(files)).effects
        .filter(e => /^(publish|consume)$/.test(e.does))
        .map(e => `${e.does} ${e.protocol} ${e.operation ? showValue(e.operation) : ''}`.trim()),
    ),
  ].sort()

const python = (main: string) => ({ 'seats/Dockerfile': 'FROM base\nCOPY . .\nCMD ["python", "main.py"]\n', 'seats/main.py': main })
const node = (main: string) => ({
  'seats/Dockerfile': 'FROM base\nCOPY . .\nCMD ["node", "main.js"]\n',
  'seats/package.json': '{"name":"seats","main":"main.js"}',
  'seats/main.js': main,
})
const go = (main: string) => ({
  'seats/Dockerfile': 'FROM base\nCOPY . .\nRUN go build -o app .\n',
  'seats/go.mod': 'module example.com/seats\n',
  'seats/main.go': main,
})
const java = (main: string) => ({
  'seats/pom.xml':
    '<project><groupId>office</groupId><artifactId>seats</artifactId><dependencies><dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-amqp</artifactId></dependency></dependencies></project>',
  'seats/Dockerfile': 'FROM base\nCOPY . .\n',
  'seats/src/main/java/office/Seats.java': `package office;\n${main}`,
})

describe('task queues', () => {
  it('stand between those who start workflows and the workers that run them, in all languages', async () => {
    expect(
      await told(
        python(
          "from temporalio.client import Client\nfrom temporalio.worker import Worker\nasync def main():\n    client = await Client.connect('temporal:7233')\n    await client.start_workflow('Refund', id='1', task_queue='refunds')\n    await Worker(client, task_queue='sales', workflows=[]).run()\nmain()\n",
        ),
      ),
    ).toEqual(['consume unknown sales', 'publish unknown refunds'])
    expect(
      await told(
        node(
          "const { Connection, Client } = require('@temporalio/client')\nconst { Worker } = require('@temporalio/worker')\nasync function run() {\n  const connection = await Connection.connect({ address: 'temporal:7233' })\n  const client = new Client({ connection })\n  await client.workflow.start('refund', { taskQueue: 'refunds', workflowId: '1' })\n  const worker = await Worker.create({ taskQueue: 'sales' })\n}\nrun()\n",
        ),
      ),
    ).toEqual(['consume unknown sales', 'publish unknown refunds'])
    expect(
      await told(
        go(
          'package main\n\nimport (\n\t"context"\n\t"go.temporal.io/sdk/client"\n\t"go.temporal.io/sdk/worker"\n)\n\nfunc main() {\n\tc, _ := client.Dial(client.Options{})\n\tc.ExecuteWorkflow(context.Background(), client.StartWorkflowOptions{ID: "1", TaskQueue: "refunds"}, nil)\n\tw := worker.New(c, "sales", worker.Options{})\n\tw.Run(nil)\n}\n',
        ),
      ),
    ).toEqual(['consume unknown sales', 'publish unknown refunds'])
  })
})

describe('exchanges', () => {
  it('tell messages by the type that they carry, in a header or a property, where no key does', async () => {
    expect(
      await told(
        python(
          "import pika\nconnection = pika.BlockingConnection(pika.ConnectionParameters(host='broker'))\nchannel = connection.channel()\nclass SeatTaken:\n    pass\ndef send(event):\n    channel.basic_publish(exchange='office', routing_key='', body=b'x', properties=pika.BasicProperties(headers={'event_type': type(event).__name__}))\nsend(SeatTaken())\n",
        ),
      ),
    ).toEqual(['publish amqp SeatTaken'])
    expect(
      await told(
        node(
          "const amqp = require('amqplib')\nclass SeatTaken { }\nasync function run() {\n  const connection = await amqp.connect('amqp://broker')\n  const channel = await connection.createChannel()\n  const event = new SeatTaken()\n  channel.publish('office', '', Buffer.from('x'), { type: event.constructor.name })\n  await channel.bindQueue('inbox', 'office', '')\n  channel.consume('inbox', message => {\n    switch (message.properties.type) { case 'SeatFreed': free(message); break }\n  })\n}\nrun()\n",
        ),
      ),
    ).toEqual(['consume amqp SeatFreed', 'publish amqp SeatTaken'])
    expect(
      await told(
        go(
          'package main\n\nimport (\n\t"reflect"\n\tamqp "github.com/rabbitmq/amqp091-go"\n)\n\ntype SeatTaken struct{}\n\nfunc main() {\n\tconn, _ := amqp.Dial("amqp://broker")\n\tch, _ := conn.Channel()\n\tevent := SeatTaken{}\n\tch.Publish("office", "", false, false, amqp.Publishing{Type: reflect.TypeOf(event).Name()})\n\tch.QueueBind("inbox", "", "office", false, nil)\n\tmessages, _ := ch.Consume("inbox", "", true, false, false, false, nil)\n\tfor m := range messages {\n\t\tswitch m.Type {\n\t\tcase "SeatFreed":\n\t\t\treturn\n\t\t}\n\t}\n}\n',
        ),
      ),
    ).toEqual(['consume amqp SeatFreed', 'publish amqp SeatTaken'])
  })

  it('hand what they bind by a pattern to whoever looks at the key', async () => {
    const main = (cases: string): string =>
      `import pika\nconnection = pika.BlockingConnection(pika.ConnectionParameters(host='broker'))\nchannel = connection.channel()\ndef handle(ch, method, properties, body):\n    ${cases}\nchannel.queue_bind(exchange='office', queue='inbox', routing_key='seat.*')\nchannel.basic_consume(queue='inbox', on_message_callback=handle)\n`
    expect(await told(python(main("if method.routing_key == 'seat.taken':\n        print(body)")))).toEqual([
      'consume amqp office/seat.taken',
    ])
    expect(await told(python(main('print(body)')))).toEqual(['consume amqp office/seat.*'])
    const exact = main("if properties.type == 'SeatTaken':\n        print(body)").replace('seat.*', 'seats')
    expect(await told(python(exact))).toEqual(['consume amqp office/seats'])
  })

  it('of Spring take a key where one is said, and bindings count for listeners of their queue alone', async () => {
    const config = (more: string) =>
      java(
        `import org.springframework.amqp.core.*;\nimport org.springframework.amqp.rabbit.annotation.RabbitListener;\nimport org.springframework.amqp.rabbit.core.RabbitTemplate;\nimport org.springframework.boot.autoconfigure.SpringBootApplication;\n@SpringBootApplication\npublic class Seats {\n  private final RabbitTemplate template;\n  public Seats(RabbitTemplate template) { this.template = template; }\n  public static void main(String[] args) { }\n  public Binding binding() { return BindingBuilder.bind(new Queue("inbox")).to(new TopicExchange("office")).with("seat.#"); }\n  public void take() { template.convertAndSend("office", "seat.taken", "x"); template.convertAndSend("mails", "x"); }\n${more}}\n`,
      )
    expect(await told(config(''))).toEqual(['publish amqp mails', 'publish amqp office/seat.taken'])
    expect(await told(config('  @RabbitListener(queues = "inbox") public void listen(String s) { }\n'))).toEqual([
      'consume amqp office/seat.#',
      'publish amqp mails',
      'publish amqp office/seat.taken',
    ])
  })
})

describe('what is no topic', () => {
  it('stays in the process: mediators, emitters, buses in memory', async () => {
    expect(
      await told(
        node(
          "const { EventEmitter } = require('events')\nconst bus = new EventEmitter()\nbus.on('seat-taken', s => console.log(s))\nbus.emit('seat-taken', 1)\n",
        ),
      ),
    ).toEqual([])
    expect(
      await told({
        'Sales/Sales.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>',
        'Sales/Dockerfile': 'FROM x\nCOPY . .\n',
        'Sales/Program.cs':
          'using MediatR;\nvar builder = WebApplication.CreateBuilder(args);\nbuilder.Build().Run();\npublic record SeatTaken(string Seat) : INotification;\npublic class Handler : INotificationHandler<SeatTaken> { public Task Handle(SeatTaken e, CancellationToken t) => Task.CompletedTask; }\npublic class SeatsController(IMediator mediator) : Controller { public async Task Take() { await mediator.Publish(new SeatTaken("1")); } }\n',
      }),
    ).toEqual([])
  })

  it('a queue that is declared and bound, where nobody here listens, belongs to nobody', async () => {
    expect(
      await told(
        python(
          "import pika\nconnection = pika.BlockingConnection(pika.ConnectionParameters(host='broker'))\nchannel = connection.channel()\nchannel.queue_declare(queue='sold')\nchannel.queue_bind(exchange='office', queue='sold', routing_key='sold')\nchannel.basic_publish(exchange='office', routing_key='sold', body=b'x')\n",
        ),
      ),
    ).toEqual(['publish amqp office/sold'])
  })
})
