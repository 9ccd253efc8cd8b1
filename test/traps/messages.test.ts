import { describe, expect, it } from 'vitest'
import { composeFile, mapOf, nodeService, pairs } from '../support/office.ts'

const compose = { 'compose.yaml': composeFile({ seating: 'build: ./seating', notify: 'build: ./notify', broker: 'image: rabbitmq:4' }) }

const consumer = (topic: string): string =>
  `const { Kafka } = require('kafkajs')\nconst consumer = new Kafka({ brokers: ['broker:9092'] }).consumer({ groupId: 'notify' })\nconsumer.subscribe({ topic: '${topic}' })\nconsumer.run({ eachMessage: async () => {} })\n`

describe('messages with one side', () => {
  it('a topic that is consumed and never produced stays one-sided', async () => {
    const files = { ...compose, ...nodeService('seating'), ...nodeService('notify', consumer('seats.low')) }
    const ends = pairs(await mapOf(files))
    expect(ends).toContain('notify -> topic:seats.low')
    expect(ends.filter(pair => pair.startsWith('seating'))).toEqual([])
  })
})

/** A gateway of Nest whose client is made with a transport and options. */
const nest = (transport: string, options: string): Record<string, string> => ({
  ...compose,
  ...nodeService('notify'),
  'seating/Dockerfile': 'FROM node:24\nCOPY . .\nCMD ["node", "main.js"]\n',
  'seating/package.json': '{"name":"seating","dependencies":{"@nestjs/microservices":"11.0.0"}}',
  'seating/main.ts': `import { ClientProxyFactory, Transport } from '@nestjs/microservices'
const client = ClientProxyFactory.create({ transport: Transport.${transport}, options: ${options} })
client.emit('seat-taken', {})
`,
})

describe('a transport that its address contradicts', () => {
  const contradicted = async (files: Record<string, string>) =>
    (await mapOf(files)).problems.filter(p => p.code === 'link/transport-contradicted')

  it('is told with its place, and the map goes by the transport', async () => {
    const files = nest('KAFKA', "{ urls: ['amqp://broker:5672'], queue: 'seats' }")
    const [problem] = await contradicted(files)
    expect(problem).toMatchObject({ severity: 'warning', at: { file: 'seating/main.ts', line: 3 } })
    expect(problem?.message).toContain('by kafka, but gives it the address amqp://broker:5672')
    expect((await mapOf(files)).interactions.map(i => i.protocol)).toContain('kafka')
  })

  it('is nothing to tell where they agree', async () => {
    expect(await contradicted(nest('RMQ', "{ urls: ['amqp://broker:5672'], queue: 'seats' }"))).toEqual([])
    expect(await contradicted(nest('KAFKA', "{ client: { brokers: ['broker:9092'] } }"))).toEqual([])
  })
})
