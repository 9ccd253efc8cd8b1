import { describe, expect, it } from 'vitest'
import { concat, showValue, text, unknown, type Value } from '../model/value.ts'
import { normalPath, splitUrl } from './reduce.ts'

const env = (name: string): Value => ({ is: 'env', name })

describe('splitUrl', () => {
  it.each<[string, Value, string, string]>([
    ['a literal', text('http://ledger:8080/entries?x=1'), 'http://ledger:8080', '/entries?x=1'],
    [
      'a host from the environment',
      concat([text('http://'), env('LEDGER'), text('/entries/'), unknown('id')]),
      'http://$' + '{LEDGER}',
      '/entries/{}',
    ],
    ['a whole base address', concat([env('LEDGER_URL'), text('/entries')]), '$' + '{LEDGER_URL}', '/entries'],
    ['no path', concat([env('HOST'), text(':'), env('PORT')]), '$' + '{HOST}:$' + '{PORT}', ''],
    ['a path of its own host', text('/api/seats'), '<this host>', '/api/seats'],
    [
      'a default',
      { is: 'or', options: [env('LEDGER_URL'), text('http://ledger/entries')] },
      '$' + '{LEDGER_URL}|http://ledger',
      '/entries',
    ],
  ])('%s', (_, value, target, path) => {
    const address = splitUrl(value)
    expect([showValue(address.target), address.path]).toEqual([target, path])
  })
})

describe('normalPath', () => {
  it.each([
    ['/seats/:row/:seat', '/seats/{}/{}'],
    ['/seats/<int:row>', '/seats/{}'],
    ['/seats/{row:[0-9]+}/', '/seats/{}'],
    ['seats//{row}?a=b#c', '/seats/{}'],
    ['/', '/'],
    ['', '/'],
    ['/api/[controller]', '/api/{}'],
  ])('%s', (written, path) => {
    expect(normalPath(written)).toBe(path)
  })
})
