// biome-ignore-all lint/suspicious/noTemplateCurlyInString: values are shown with their holes
import { describe, expect, it } from 'vitest'
import { showValue } from '../../src/model/value.ts'
import { analysed } from './system.ts'

const told = async (files: Record<string, string>, does: string): Promise<string[]> =>
  (await analysed(files)).effects
    .filter(e => does.split(' ').includes(e.does))
    .map(e => `${e.does} ${e.protocol} ${showValue(e.target)} ${e.operation ? showValue(e.operation) : ''}`.trim())
    .sort()

describe('clients', () => {
  it('of hosted models call the address that they are given, or the provider', async () => {
    const files = {
      'mails/Dockerfile': 'FROM base\nCOPY . .\nCMD ["python", "main.py"]\n',
      'mails/main.py':
        "import os\nfrom openai import AzureOpenAI, OpenAI\nOpenAI(base_url=os.environ['MODEL_URL']).chat.completions.create(model='m')\nOpenAI().embeddings.create(input='x')\nAzureOpenAI(azure_endpoint=os.environ['AZURE_URL']).chat.completions.create(model='m')\nOpenAI(api_key='never used')\n",
    }
    expect(await told(files, 'call')).toEqual([
      'call http ${AZURE_URL} POST /',
      'call http ${MODEL_URL} POST /',
      'call http https://api.openai.com POST /',
    ])
  })

  it('of AMQP 1.0 publish where their publisher was made, in plugins that are loaded by folder', async () => {
    const files = {
      'office/Dockerfile': 'FROM base\nCOPY . .\nCMD ["fastify", "start", "app.js"]\n',
      'office/package.json': '{"name": "office", "main": "app.js"}',
      'office/app.js':
        "const path = require('path')\nconst load = require('@fastify/autoload')\nmodule.exports = async app => { app.register(load, { dir: path.join(__dirname, 'plugins') }) }\n",
      'office/plugins/queue.js':
        "const plugin = require('fastify-plugin')\nconst rabbit = require('rabbitmq-amqp-js-client')\nlet publisher = null\nasync function ensure() {\n  if (publisher) return publisher\n  const connection = await rabbit.createEnvironment({ host: process.env.QUEUE_HOST }).createConnection()\n  publisher = await connection.createPublisher({ queue: { name: 'sold' } })\n  return publisher\n}\nmodule.exports = plugin(async app => { app.decorate('send', async body => { const out = await ensure(); await out.publish(body) }) })\n",
    }
    expect(await told(files, 'publish')).toEqual(['publish amqp ${QUEUE_HOST} sold'])
  })

  it('of Ruby consume a bound queue that another method connected to; queues that only keep do not', async () => {
    const files = {
      'mails/Dockerfile': 'FROM base\nCOPY . .\nCMD ["ruby", "main.rb"]\n',
      'mails/main.rb':
        "require 'bunny'\nclass Mails\n  def start\n    channel = connect.create_channel\n    kept = channel.queue('kept')\n    kept.bind(channel.topic('late'), routing_key: 'late')\n    queue = channel.queue('mails')\n    queue.bind(channel.topic('sales'), routing_key: 'seat.sold')\n    queue.subscribe do |info, props, body|\n      body\n    end\n  end\n  def connect\n    loop do\n      begin\n        connection = Bunny.new(ENV.fetch('BROKER_URL'))\n        connection.start\n        return connection\n      rescue Bunny::TCPConnectionFailed\n        sleep 1\n      end\n    end\n  end\nend\n",
    }
    expect(await told(files, 'consume')).toEqual(['consume amqp ${BROKER_URL} sales/seat.sold'])
  })
})
