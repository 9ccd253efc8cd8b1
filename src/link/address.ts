/** An address as far as a string says it. `host` is '' when there is none. */
export interface Address {
  scheme?: string
  host: string
  port?: number
  /** From the first `/` after the authority; '' when there is none. */
  path: string
  database?: string
}

/** Stands for a part of a string that is not known. */
export const HOLE = '{}'

/** Stands for the host that a page was loaded from. */
export const THIS_HOST = '<this-host>'

const SCHEME = /^(?:jdbc:|r2dbc:(?:pool:)?)?([a-z][a-z0-9+.-]*?)(?::thin)?:(?:\/{2,3}|@\/?\/?)/i
const PAIRS = /(?:^(?:[a-z]+:)?|[;\s]|^--)(server|host|hostname|data source|datasource|addr|address|network address)\s*=\s*([^;\s]+)/i
const PORT = /(?:^|[;\s])port\s*=\s*(\d+)/i
const DATABASE = /(?:^|[;\s])(?:database|dbname|initial catalog)\s*=\s*([^;\s]+)/i
const HOST = /^(?:[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:]+\])$/i

/** Resolvers that ask a registry, which stands as the authority, for the name in the path. */
const REGISTRIES = /^(?:consul|etcd|etcdv3|discovery|polaris|nacos|zookeeper|zk|eureka|kuberesolver|registry)$/i

/**
 * The addresses of a string: URLs, `host:port`, host lists, JDBC, key-value connection strings, Go MySQL DSNs. Empty when it names no host.
 * A hole in the host makes it no address; holes in the path stay.
 */
export const parseAddresses = (value: string): Address[] => {
  const text = value.trim()
  if (text === '' || text.length > 2000 || /[\r\n]/.test(text)) return []
  if (text.startsWith('arn:')) return authority(bareName(text), '', { scheme: 'arn' })
  const pairs = /=/.test(text) && !/:\/\//.test(text) ? keyValues(text) : undefined
  if (pairs) return [pairs]
  const dsn = /^[^@/\s]*@(?:tcp|unix)?\(([^)]+)\)\/([^?]*)/.exec(text)
  if (dsn) return authority(dsn[1]!, '', { ...(dsn[2] ? { database: dsn[2] } : {}) })
  const scheme = SCHEME.exec(text)
  const rest = scheme ? text.slice(scheme[0].length) : text.replace(/^\/\//, '')
  const cut = rest.search(/[/?#]/)
  const path = cut === -1 ? '' : rest.slice(cut)
  const names = (cut === -1 ? rest : rest.slice(0, cut)).replace(/;.*$/, '')
  if (scheme && REGISTRIES.test(scheme[1]!) && path.startsWith('/') && path.length > 1)
    return authority(path.slice(1).replace(/[/?#].*$|\.+$/, ''), '', { scheme: scheme[1]!.toLowerCase() })
  const database = /[;?&](?:databaseName|database)=([^;&]+)/i.exec(text)?.[1]
  return authority(names.slice(names.lastIndexOf('@') + 1), path, {
    ...(scheme ? { scheme: scheme[1]!.toLowerCase() } : {}),
    ...(database ? { database } : {}),
  })
}

/** `host:port`, or a list of them. */
const authority = (text: string, path: string, more: Partial<Address>): Address[] =>
  text.split(',').flatMap(part => {
    const found = /^(.*?)(?::(\d{1,5}))?(?::[A-Za-z0-9_]+)?$/.exec(part.trim().replace(/:\{\}$/, ''))
    const host = found?.[1]?.replace(/:$/, '') ?? ''
    if (!HOST.test(host)) return []
    const port = found?.[2] === undefined ? {} : { port: Number(found[2]) }
    return [{ host, path, ...port, ...more }]
  })

const keyValues = (text: string): Address | undefined => {
  const host = PAIRS.exec(text)?.[2]?.replace(/^(?:tcp|np|lpc):/i, '')
  if (host === undefined) return undefined
  const [name, inline] = host.split(/[,:]/)
  if (name === undefined || !HOST.test(name)) return undefined
  const port = PORT.exec(text)?.[1] ?? (inline !== undefined && /^\d+$/.test(inline) ? inline : undefined)
  const database = DATABASE.exec(text)?.[1]
  return { host: name, path: '', ...(port === undefined ? {} : { port: Number(port) }), ...(database ? { database } : {}) }
}

const ARN = /^arn:[\w-]+:([\w-]+):[^:]*:[^:]*:(.+)$/
const QUEUE_URL = /^https?:\/\/(?:sqs\.|queue\.|[\w-]+\.queue\.)[\w.-]+\/\d*\/?([\w.-]+)$/
const GOOGLE = /^projects\/[^/]+\/(?:topics|subscriptions|secrets|databases)\/([^/]+)/
const ARN_KINDS = /^(?:function|table|secret|parameter|stateMachine|event-bus|stream|log-group|loadbalancer|service):?\/?/

/** The name in a cloud's own forms of address: an ARN, the URL of a queue, the path of a topic; any other text is a name itself. */
export const bareName = (text: string): string => {
  const arn = ARN.exec(text)
  if (arn) return arn[2]!.replace(ARN_KINDS, '').replace(/[:/].*$/, '') || text
  return QUEUE_URL.exec(text)?.[1] ?? GOOGLE.exec(text)?.[1] ?? text
}

/** Hosts that mean the machine itself. */
export const isLocal = (host: string): boolean => /^(localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1?\]|host\.docker\.internal)$/i.test(host)

/** A name of the public internet or of a cloud: it has a dot and ends in letters. Cluster-internal names are none. */
export const isPublicHost = (host: string): boolean =>
  /^[a-z0-9*_-]+(\.[a-z0-9_-]+)*\.[a-z]{2,}$/i.test(host) && !/\.(local|localhost|svc|test|invalid|example)$/i.test(host)
