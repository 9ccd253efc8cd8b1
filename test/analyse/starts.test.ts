import { describe, expect, it } from 'vitest'
import { showValue } from '../../src/model/value.ts'
import { analysed } from './system.ts'

const did = async (files: Record<string, string>): Promise<string[]> => {
  const { programs, effects } = await analysed(files)
  return programs
    .map(({ id }) =>
      `${id}: ${effects
        .filter(e => e.of === id && e.does === 'call')
        .map(e => showValue(e.target))
        .sort()
        .join(' ')}`.trim(),
    )
    .sort()
}

const call = (host: string): string => `require 'net/http'\ndef ask_${host}\n  Net::HTTP.get(URI('http://${host}/'))\nend\n`

describe('programs of one image', () => {
  const ruby = {
    Dockerfile: 'FROM base\nCOPY . .\nENTRYPOINT ["ruby"]\n',
    'seats/server.rb': "require_relative '../clients/pricing'\n",
    'mails/server.rb': "require_relative '../clients/ledger'\n",
    'clients/pricing.rb': call('pricing'),
    'clients/ledger.rb': call('ledger'),
  }

  it('are what its containers start, with what that loads', async () => {
    const compose =
      'services:\n  seats: { image: office, command: [seats/server.rb] }\n  mails: { image: office, command: [mails/server.rb] }\n'
    expect(await did({ ...ruby, 'compose.yaml': compose })).toEqual(['#mails/server.rb: http://ledger', '#seats/server.rb: http://pricing'])
  })

  it('stay one where only one thing is started', async () => {
    const compose = 'services:\n  seats: { image: office, command: [seats/server.rb] }\n'
    expect(await did({ ...ruby, 'compose.yaml': compose })).toEqual([': http://ledger http://pricing'])
  })

  it('keep what the image starts itself beside a worker', async () => {
    const files = {
      'office/Dockerfile': 'FROM base\nCOPY . .\nCMD ["python", "web.py"]\n',
      'office/web.py': "import requests\nrequests.get('http://pricing/')\n",
      'office/worker.py': "import requests\nrequests.get('http://ledger/')\n",
      'compose.yaml':
        'services:\n  web: { build: office }\n  worker: { build: office, command: python worker.py }\n  migrate: { build: office, command: alembic upgrade head }\n',
    }
    expect(await did(files)).toEqual(['office#worker.py: http://ledger', 'office: http://pricing'])
  })

  it('are the folders that arguments of its build name', async () => {
    const app = (name: string): Record<string, string> => ({
      [`${name}/mix.exs`]: `defmodule X.MixProject do\n  def project do\n    [app: :${name}]\n  end\nend\n`,
      [`${name}/lib/main.ex`]: `defmodule Main do\n  def run, do: HTTPoison.get("http://of-${name}/")\nend\n`,
    })
    const files = {
      ...app('seats'),
      ...app('mails'),
      'docker/Dockerfile': 'FROM base\nARG APP\nCOPY shared /shared\nCOPY ${APP}/mix.exs ./\nCOPY ${APP}/lib lib\n',
      'shared/lib/shared.ex': 'defmodule Shared do\nend\n',
      'docker/compose.yaml':
        'services:\n  seats: { build: { context: .., dockerfile: docker/Dockerfile, args: { APP: seats } } }\n  mails: { build: { context: .., dockerfile: docker/Dockerfile, args: { APP: mails } } }\n',
    }
    expect(await did(files)).toEqual(['mails: http://of-mails', 'seats: http://of-seats'])
  })
})
