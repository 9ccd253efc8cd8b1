import { describe, expect, it } from 'vitest'
import { libraryRows } from './libraries.ts'
import { compilePath, RowTable } from './rows.ts'

describe('paths of library rows', () => {
  it('match whole names, with wildcards, alternatives and captures', () => {
    const table = new RowTable(
      [
        { language: 'go', when: 'call', path: '*.New<Service>Client', gives: { value: 'stub', service: '$Service', target: '0' } },
        { language: 'go|java', when: 'call', path: '{os,syscall}.Getenv', gives: { value: 'env', name: '0' } },
      ],
      'go',
    )
    expect(table.match('call', 'example.com/gen.NewSeatingClient')?.captures).toEqual({ Service: 'Seating' })
    expect(table.match('call', 'syscall.Getenv')?.row.gives).toMatchObject({ value: 'env' })
    expect(table.match('call', 'syscallxGetenv')).toBeUndefined()
    expect(table.match('new', 'os.Getenv')).toBeUndefined()
    expect(table.match('call', 'my.os.Getenv.x')).toBeUndefined()
  })

  it('refuse what could take long: too many wildcards, open braces', () => {
    expect(compilePath('*a*a*a*a*a*a*a*a*b')).toBeUndefined()
    expect(compilePath('{a,b')).toBeUndefined()
    expect(compilePath('<a')).toBeUndefined()
  })

  it('of the built-in tables are all usable', () => {
    expect(libraryRows.filter(row => compilePath(row.path) === undefined)).toEqual([])
    const seen = new Set<string>()
    const twice = libraryRows.filter(row => {
      const key = `${row.language} ${row.when} ${row.path} ${JSON.stringify(row.where ?? {})}`
      if (seen.has(key)) return true
      seen.add(key)
      return false
    })
    expect(twice).toEqual([])
  })
})
