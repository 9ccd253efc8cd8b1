import { describe, expect, it } from 'vitest'
import { showValue } from '../../src/model/value.ts'
import { analysed, calls } from './system.ts'

const topics = async (files: Record<string, string>): Promise<string[]> =>
  (await analysed(files)).effects
    .filter(e => e.does === 'publish' || e.does === 'consume')
    .map(e => `${e.does} ${e.protocol} ${e.operation ? showValue(e.operation) : ''}`)
    .sort()

const image = 'FROM base\nCOPY . .\nCMD ["node", "main.js"]\n'

describe('messages', () => {
  it('are published by templates and consumed by annotated methods', async () => {
    const source = 'notify/src/main/java/com/tickets/notify'
    const files = {
      'notify/pom.xml':
        '<project><modelVersion>4.0.0</modelVersion><groupId>com.tickets</groupId><artifactId>notify</artifactId><version>1</version></project>',
      [`${source}/Notify.java`]: `package com.tickets.notify;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.core.KafkaTemplate;

public class Notify {
  private static final String SENT = "notices-sent";
  private final KafkaTemplate<String, String> kafka;

  public Notify(KafkaTemplate<String, String> kafka) { this.kafka = kafka; }

  @KafkaListener(topics = {"seats-held", "\${topics.paid}"})
  public void on(String seat) { kafka.send(SENT, seat); }

  public static void main(String[] args) {}
}
`,
    }
    expect(await topics(files)).toEqual(['consume kafka seats-held', 'consume kafka {topics.paid}', 'publish kafka notices-sent'])
  })

  it('are published and consumed by clients made elsewhere', async () => {
    const files = {
      'notify/Dockerfile': image,
      'notify/kafka.js': "const { Kafka } = require('kafkajs')\nmodule.exports = new Kafka({ brokers: [process.env.BROKER] })\n",
      'notify/main.js':
        "const kafka = require('./kafka')\nconst producer = kafka.producer()\nconst publish = topic => producer.send({ topic, messages: [] })\npublish('notices')\nconst consumer = kafka.consumer({ groupId: 'x' })\nconsumer.subscribe({ topic: 'seats' })\n",
    }
    expect(await topics(files)).toEqual(['consume kafka seats', 'publish kafka notices'])
  })
})

describe('clients that only their name makes stubs', () => {
  it('are none of another service', async () => {
    const files = {
      'office/Dockerfile': image,
      'office/main.js':
        "const { S3Client } = require('@aws-sdk/client-s3')\nconst { OAuth2Client } = require('auth-library')\nconst { MongoClient } = require('mongodb')\nnew S3Client({ region: 'x' }).send(1)\nnew OAuth2Client('id', 'secret').getToken()\nconst db = new MongoClient(process.env.DB_URL)\ndb.connect()\n",
    }
    expect(await calls(files)).toEqual([])
    const { effects } = await analysed(files)
    expect(effects.filter(e => e.does === 'store').map(e => showValue(e.target))).toEqual(['${DB_URL}'])
  })
})

describe('folders of programs', () => {
  it('are cut out of the program around them, and what only runs in tests is none', async () => {
    const files = {
      Dockerfile: image,
      'main.js': "fetch('http://outer/a')\n",
      'inner/Dockerfile': image,
      'inner/main.js': "fetch('http://inner/b')\n",
      'examples/demo/Dockerfile': image,
      'examples/demo/main.js': "fetch('http://demo/c')\n",
      'web/ui-tests/Dockerfile': image,
      'web/ui-tests/main.js': "fetch('http://tests/d')\n",
    }
    const { programs, effects } = await analysed(files)
    expect(programs.map(p => p.id)).toEqual(['', 'inner'])
    expect(effects.filter(e => e.does === 'call').map(e => [e.of, showValue(e.target)])).toEqual([
      ['', 'http://outer'],
      ['inner', 'http://inner'],
    ])
  })
})
