import { describe, expect, it } from 'vitest'
import { showValue } from '../../src/model/value.ts'
import { analysed } from './system.ts'

const told = async (files: Record<string, string>, does: string): Promise<string[]> =>
  (await analysed(files)).effects
    .filter(e => does.split(' ').includes(e.does))
    .map(e => `${e.does} ${e.protocol} ${showValue(e.target)} ${e.operation ? showValue(e.operation) : ''}`.trim())
    .sort()

const node = 'FROM base\nCOPY . .\nCMD ["node", "main.js"]\n'
const python = 'FROM base\nCOPY . .\nCMD ["python", "main.py"]\n'
const go = 'FROM base\nCOPY . .\nRUN go build -o app .\n'

describe('brokers', () => {
  it('tell messages of an exchange by their key; who binds a queue consumes what it is bound to', async () => {
    const files = {
      'notify/Dockerfile': python,
      'notify/main.py':
        "import os, pika\nconnection = pika.BlockingConnection(pika.ConnectionParameters(host=os.environ['BROKER']))\nchannel = connection.channel()\nchannel.queue_bind(exchange='tickets', queue='mails', routing_key='sold.*')\nchannel.basic_consume(queue='mails', on_message_callback=print)\nchannel.basic_publish(exchange='tickets', routing_key='mailed', body='x')\nchannel.basic_publish(exchange='', routing_key='plain', body='x')\n",
    }
    expect(await told(files, 'publish consume')).toEqual([
      'consume amqp ${BROKER} tickets/sold.*',
      'publish amqp ${BROKER} plain',
      'publish amqp ${BROKER} tickets/mailed',
    ])
  })

  it('are reached by clients that a framework hands on by their token', async () => {
    const files = {
      'office/package.json': '{"name": "office", "dependencies": {"@nestjs/microservices": "1"}}',
      'office/Dockerfile': 'FROM base\nCOPY . .\nCMD ["node", "dist/main.js"]\n',
      'office/src/main.ts':
        "import { NestFactory } from '@nestjs/core'\nimport { OfficeModule } from './office.module'\nasync function bootstrap() { const app = await NestFactory.create(OfficeModule); await app.listen(3000) }\nbootstrap()\n",
      'office/src/office.module.ts':
        "import { Module } from '@nestjs/common'\nimport { ClientsModule, Transport } from '@nestjs/microservices'\nimport { OfficeService } from './office.service'\n@Module({ imports: [ClientsModule.register([\n  { name: 'MAILS', transport: Transport.RMQ, options: { urls: ['amqp://broker:5672'], queue: 'mails' } },\n  { name: 'SEATS', transport: Transport.NATS, options: { servers: ['nats://nats'] } },\n  { name: 'PRICES', transport: Transport.TCP, options: { host: 'prices', port: 4000 } },\n])], providers: [OfficeService] })\nexport class OfficeModule {}\n",
      'office/src/office.service.ts':
        "import { Inject, Injectable } from '@nestjs/common'\nimport { ClientProxy } from '@nestjs/microservices'\n@Injectable()\nexport class OfficeService {\n  constructor(@Inject('MAILS') private readonly mails: ClientProxy, @Inject('SEATS') private readonly seats: ClientProxy, @Inject('PRICES') private readonly prices: ClientProxy) {}\n  sell(seat: string) { this.mails.emit('sold', seat); this.seats.emit('seat-taken', seat); return this.prices.send({ cmd: 'price' }, seat) }\n}\n",
    }
    expect(await told(files, 'publish call')).toEqual([
      'call tcp prices:4000 price',
      'publish amqp amqp://broker:5672 mails',
      'publish nats nats://nats seat-taken',
    ])
  })

  it('give messages to handlers of the one server that a framework runs', async () => {
    const handlers =
      "import { Controller } from '@nestjs/common'\nimport { EventPattern } from '@nestjs/microservices'\n@Controller()\nexport class Seats { @EventPattern('seat-taken') taken(seat: string) { return seat } }\n"
    const main = (options: string): string =>
      `import { NestFactory } from '@nestjs/core'\nimport { Transport } from '@nestjs/microservices'\nimport { Seats } from './seats'\nasync function bootstrap() { const app = await NestFactory.createMicroservice(Seats, ${options}); await app.listen() }\nbootstrap()\n`
    const files = (options: string) => ({
      'seats/Dockerfile': node,
      'seats/package.json': '{"name":"seats"}',
      'seats/main.ts': main(options),
      'seats/seats.ts': handlers,
    })
    expect(await told(files("{ transport: Transport.NATS, options: { servers: ['nats://nats'] } }"), 'consume serve')).toEqual([
      'consume nats nats://nats seat-taken',
    ])
    expect(
      await told(files("{ transport: Transport.RMQ, options: { urls: ['amqp://broker'], queue: 'seats' } }"), 'consume serve'),
    ).toEqual(['consume amqp amqp://broker seats'])
    expect(await told(files('{ transport: Transport.TCP }'), 'consume serve')).toEqual(['serve tcp <this host> seat-taken'])
  })

  it('carry topics that an outbox keeps', async () => {
    const files = {
      'sales/Dockerfile': python,
      'sales/main.py':
        "from sqlalchemy import select\nfrom aiokafka import AIOKafkaProducer\nfrom sqlalchemy.ext.asyncio import async_sessionmaker\nfrom models import Outbox\nSession = async_sessionmaker()\nproducer = AIOKafkaProducer(bootstrap_servers='kafka:9092')\ndef save(db, topic):\n    db.add(Outbox(topic=topic, body='x'))\ndef sell(db):\n    save(db, 'tickets-sold')\nasync def drain():\n    db = Session()\n    for row in list((await db.execute(select(Outbox))).scalars().all()):\n        await producer.send_and_wait(row.topic, b'x')\n",
      'sales/models.py':
        'from sqlalchemy.orm import DeclarativeBase\nfrom sqlalchemy import String\nfrom sqlalchemy.orm import Mapped, mapped_column\nclass Base(DeclarativeBase):\n    pass\nclass Outbox(Base):\n    topic: Mapped[str] = mapped_column(String)\n    body: Mapped[str] = mapped_column(String)\n',
    }
    expect(await told(files, 'publish')).toEqual(['publish kafka kafka:9092 tickets-sold'])
  })
})

describe('settings', () => {
  it('of a class are variables of its field names, with the class in between as default', async () => {
    const files = {
      'mail/Dockerfile': python,
      'mail/main.py':
        "import redis\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    store_host: str = 'localhost'\n    store_port: int = 6379\nsettings = Settings()\nredis.Redis(host=settings.store_host, port=settings.store_port)\n",
    }
    expect(await told(files, 'store')).toEqual(['store redis ${STORE_HOST}|localhost:${STORE_PORT}|6379'])
  })

  it('of a file that is opened by name are look-ups by key, in maps and structs; other content is not', async () => {
    const files = {
      'seats/Dockerfile': go,
      'seats/go.mod': 'module example.com/seats\n',
      'seats/main.go':
        'package main\n\nimport (\n\t"database/sql"\n\t"encoding/json"\n\t"io"\n\t"net/http"\n\t"os"\n)\n\ntype Config struct {\n\tMain string `json:"main_db"`\n}\n\nfunc main() {\n\tfile, _ := os.Open("config.json")\n\tbytes, _ := io.ReadAll(file)\n\tvar settings map[string]string\n\tjson.Unmarshal(bytes, &settings)\n\tsql.Open("postgres", settings["SeatsDb"])\n\tvar config Config\n\tdata, _ := os.ReadFile("/etc/seats.json")\n\tjson.Unmarshal(data, &config)\n\tsql.Open("postgres", config.Main)\n\tanswer, _ := http.Get("http://prices/all")\n\tbody, _ := io.ReadAll(answer.Body)\n\tvar prices map[string]string\n\tjson.Unmarshal(body, &prices)\n\tsql.Open("postgres", prices["db"])\n}\n',
    }
    const stores = await told(files, 'store')
    expect(stores).toContain('store sql {SeatsDb}')
    expect(stores).toContain('store sql {main_db}')
    expect(stores.filter(s => s.includes('{db}'))).toEqual([])
  })
})

describe('registries', () => {
  it('know a program by the name it registers, even where a variable hides the import', async () => {
    const files = {
      'seats/Dockerfile': go,
      'seats/go.mod': 'module example.com/seats\n',
      'seats/main.go':
        'package main\n\nimport "example.com/seats/registry"\n\nconst name = "srv-seats"\n\nfunc main() {\n\tregistry, _ := registry.New("consul:8500")\n\tregistry.Register(name)\n}\n',
      'seats/registry/registry.go':
        'package registry\n\nimport consul "github.com/hashicorp/consul/api"\n\ntype Registry struct {\n\tclient *consul.Client\n}\n\nfunc New(addr string) (*Registry, error) {\n\tconfig := consul.DefaultConfig()\n\tconfig.Address = addr\n\tclient, err := consul.NewClient(config)\n\treturn &Registry{client}, err\n}\n\nfunc (r *Registry) Register(name string) error {\n\treturn r.client.Agent().ServiceRegister(&consul.AgentServiceRegistration{Name: name})\n}\n',
    }
    expect(await told(files, 'register call')).toEqual(['call http consul:8500 * /', 'register unknown srv-seats'])
  })
})
