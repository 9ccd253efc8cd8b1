import { describe, expect, it } from 'vitest'
import { showValue } from '../../src/model/value.ts'
import { analysed } from './system.ts'

const told = async (body: string): Promise<string[]> => {
  const files = { 'seating/Dockerfile': 'FROM base\nCOPY . .\nCMD ["python", "main.py"]\n', 'seating/main.py': body }
  const { effects } = await analysed(files)
  return [
    ...new Set(
      effects
        .filter(e => e.does !== 'read-config')
        .map(e => `${e.does} ${e.protocol} ${showValue(e.target)} ${e.operation ? showValue(e.operation) : ''}`.trim()),
    ),
  ].sort()
}

describe('Python arguments', () => {
  it('that a map spreads are arguments by name', async () => {
    const body = "import pymysql\nconfig = {'host': 'seats-db', 'port': 3306, 'user': 'a'}\nconnection = pymysql.connect(**config)\n"
    expect(await told(body)).toEqual(['store sql seats-db:3306'])
  })

  it('of a request that is made first, by name or by place', async () => {
    const body = `import urllib.request
def ask(kind, seat):
    if kind == 0:
        url = 'http://pricing:8080/prices/' + seat
    else:
        url = 'http://ledger:8080/entries/' + seat
    request = urllib.request.Request(url=url, headers={})
    return urllib.request.urlopen(request)
ask(0, '1')
`
    const found = await told(body)
    expect(found.every(f => /^call http http:\/\/(pricing|ledger):8080 /.test(f))).toBe(true)
    expect(found.length).toBe(2)
  })
})
