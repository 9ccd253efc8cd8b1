import { createHash } from 'node:crypto'
import { parseYaml } from '../../yaml.ts'
import type { Functions } from '../evaluate.ts'
import { TemplateError } from '../lexer.ts'
import { asMap, fromData, type GoMap, type GoValue, isMap, text, toJson, toYaml } from '../values.ts'

const hash = (algorithm: string, value: GoValue): string => createHash(algorithm).update(text(value)).digest('hex')

const parsed = (value: GoValue): GoValue => {
  const { documents, problems } = parseYaml(text(value), 'data')
  const error = problems.find(p => p.severity === 'error')
  if (error) throw new TemplateError(`not YAML: ${error.message.slice(0, 200)}`)
  return fromData(documents[0])
}

/** Helm gives the error as a map, for the template to ask. */
const parsedMap = (value: GoValue): GoValue => {
  try {
    const data = parsed(value)
    return isMap(data) ? data : new Map()
  } catch (error) {
    return new Map([['Error', String((error as Error).message)]])
  }
}

const urlParse = (value: GoValue): GoMap => {
  const found = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(?:([^@/?#]*)@)?([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/i.exec(text(value).slice(0, 5000))
  const [, scheme = '', userinfo = '', host = '', path = '', query = '', fragment = ''] = found ?? []
  return new Map([
    ['scheme', scheme],
    ['userinfo', userinfo],
    ['host', host],
    ['hostname', host.replace(/:\d*$/, '')],
    ['path', path],
    ['query', query],
    ['fragment', fragment],
    ['opaque', ''],
  ])
}

const urlJoin = (value: GoValue): string => {
  const part = (key: string): string => text(asMap(value).get(key))
  const start = part('scheme') === '' ? '' : `${part('scheme')}://`
  const user = part('userinfo') === '' ? '' : `${part('userinfo')}@`
  return `${start}${user}${part('host')}${part('path')}${part('query') && `?${part('query')}`}${part('fragment') && `#${part('fragment')}`}`
}

/** Notations, digests and addresses. */
export const encoding: Functions = {
  toYaml: ([value]) => toYaml(value),
  toYamlPretty: ([value]) => toYaml(value),
  fromYaml: ([value]) => parsedMap(value),
  fromYamlArray: ([value]) => parsed(value),
  toJson: ([value]) => toJson(value),
  mustToJson: ([value]) => toJson(value),
  mustToYaml: ([value]) => toYaml(value),
  toRawJson: ([value]) => toJson(value),
  toPrettyJson: ([value]) => toJson(value, '  '),
  fromJson: ([value]) => parsedMap(value),
  mustFromJson: ([value]) => parsed(value),
  fromJsonArray: ([value]) => parsed(value),
  b64enc: ([value]) => Buffer.from(text(value)).toString('base64'),
  b64dec: ([value]) => Buffer.from(text(value), 'base64').toString('utf8'),
  b32enc: ([value]) => Buffer.from(text(value)).toString('hex'),
  sha1sum: ([value]) => hash('sha1', value),
  sha256sum: ([value]) => hash('sha256', value),
  sha512sum: ([value]) => hash('sha512', value),
  md5sum: ([value]) => hash('md5', value),
  adler32sum: ([value]) => hash('md5', value).slice(0, 8),
  urlParse: ([value]) => urlParse(value),
  urlJoin: ([value]) => urlJoin(value),
  base: ([path]) => text(path).split('/').at(-1) ?? '',
  dir: ([path]) => text(path).replace(/\/?[^/]*$/, '') || '.',
  ext: ([path]) => /\.[^./]*$/.exec(text(path))?.[0] ?? '',
  clean: ([path]) => text(path).replace(/\/{2,}/g, '/'),
  isAbs: ([path]) => text(path).startsWith('/'),
}
