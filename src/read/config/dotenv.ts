import { basename } from '../../base/path.ts'
import type { SettingFact } from '../../model/manifest.ts'
import { unknown, type Value } from '../../model/value.ts'
import type { Reader } from '../reader.ts'
import { type DotenvEntry, parseDotenv } from '../syntax/dotenv.ts'
import { interpolate, withOperator } from '../syntax/interpolate.ts'

/** Env files: `.env`, `.env.PROFILE`, `NAME.env`. Values of keys that name secrets are left out. */
export const dotenv: Reader = {
  name: 'config/dotenv',
  version: 1,
  wants: path => /(^|\/)(?:\.env(?:\.[\w.-]+)?|[^/]+\.env)$/.test(path),
  pathClass: path => profileOf(path) ?? '',
  read: ({ path, content }) => {
    const { entries, problems } = parseDotenv(content)
    const manifest = entries.map(entry => setting(entry, profileOf(path)))
    return manifest.length > 0 ? { manifest, problems } : { problems }
  },
}

const profileOf = (path: string): string | undefined => /^\.env\.([\w.-]+)$/.exec(basename(path))?.[1]

const SECRET = /PASSW(?:OR)?D|SECRET|TOKEN|PRIVATE_KEY|API_?KEY|CREDENTIAL/i

const setting = (entry: DotenvEntry, profile: string | undefined): SettingFact => {
  const spot = { line: entry.line, ...(entry.endLine > entry.line ? { endLine: entry.endLine } : {}) }
  return { says: 'setting', key: entry.key, value: valueOfEntry(entry), layer: 'env-file', ...(profile ? { profile } : {}), spot }
}

const valueOfEntry = (entry: DotenvEntry): Value => {
  const spot = { line: entry.line }
  if (entry.value === undefined) return { is: 'env', name: entry.key, spot }
  if (SECRET.test(entry.key)) return unknown('a secret')
  if (entry.literal) return { is: 'text', text: entry.value, spot }
  const value = interpolate(entry.value, '\\$', found => withOperator({ is: 'env', name: found.name, spot }, found))
  return value.is === 'text' ? { ...value, spot } : value
}
