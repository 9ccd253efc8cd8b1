import type { FileProblem } from '../../model/evidence.ts'
import type { SettingFact } from '../../model/manifest.ts'
import type { Value } from '../../model/value.ts'
import type { Reader } from '../reader.ts'

/** schema.prisma: the address of its datasource, as the setting `prisma.datasource.url` that the generated client reads. */
export const prisma: Reader = {
  name: 'config/prisma',
  version: 1,
  wants: path => /\.prisma$/.test(path),
  read: ({ content }) => {
    const manifest: SettingFact[] = []
    const problems: FileProblem[] = []
    let opened: number | undefined
    for (const [i, written] of content.split('\n').entries()) {
      const line = i + 1
      const text = written.replace(/(^|\s)\/\/.*$/, '').trim()
      if (/^datasource\s+\w+\s*\{/.test(text)) opened = line
      else if (text === '}') opened = undefined
      const url = opened === undefined ? undefined : /^url\s*=\s*(.+)$/.exec(text)?.[1]
      const value = url === undefined ? undefined : valueOfUrl(url, line)
      if (value) manifest.push({ says: 'setting', key: 'prisma.datasource.url', value, layer: 'base', spot: { line } })
      else if (url !== undefined)
        problems.push({ code: 'config/prisma', message: 'this address is neither a text nor env("NAME")', severity: 'warning', line })
    }
    if (opened !== undefined)
      problems.push({ code: 'config/prisma', message: 'this block does not end', severity: 'warning', line: opened })
    return manifest.length > 0 ? { manifest, problems } : { problems }
  },
}

const valueOfUrl = (written: string, line: number): Value | undefined => {
  const name = /^env\(\s*"([^"]+)"\s*\)$/.exec(written)?.[1]
  if (name !== undefined) return { is: 'env', name, spot: { line } }
  const text = /^"([^"]+)"$/.exec(written)?.[1]
  return text === undefined ? undefined : { is: 'text', text, spot: { line } }
}
