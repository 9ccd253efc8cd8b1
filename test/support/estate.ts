import type { Evidence, Interaction, OperationRef, Protocol, Resource, Service, SystemModel, Unresolved } from '../../src/index.ts'

/** A model of any size as organisations have them: domains with gateways, services, stores and topics; a few services that all call. */

const nouns = ['order', 'seat', 'price', 'invoice', 'ticket', 'refund', 'venue', 'event', 'loyalty', 'payout', 'tax', 'stock']
const roles = ['api', 'core', 'worker', 'sync', 'search', 'report', 'gateway', 'feed', 'rules', 'cache', 'audit', 'import']
const domains = [
  'sales',
  'seating',
  'billing',
  'ledger',
  'notify',
  'identity',
  'catalog',
  'pricing',
  'partners',
  'support',
  'analytics',
  'access',
]

/** Numbers that look random and are the same each time. */
const dice = (seed: number) => {
  let state = seed >>> 0
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const seen = (repo: string, file: string, line: number, says: string): Evidence => ({
  reader: 'go',
  basis: 'coded',
  at: { repo, file, line },
  via: [
    { at: { repo, file, line }, says },
    { at: { repo, file: 'internal/clients/clients.go', line: 14 }, says: 'NewClient(cfg.Address)' },
    { at: { repo, file: 'deploy/values.yaml', line: 41 }, says: 'the address in the environment' },
  ],
})

const operation = (name: string, evidence: Evidence): OperationRef => ({
  operation: name,
  uses: [],
  closed: true,
  escapes: [],
  evidence: [evidence],
})

interface Estate {
  services: Service[]
  resources: Resource[]
  interactions: Interaction[]
  unresolved: Unresolved[]
}

/** `count` services in about one domain for each 14 (at most 60), with stores, topics, shared services and some calls into the open. */
export const estate = (count: number, seed = 7): SystemModel => {
  const roll = dice(seed + count)
  const parts: Estate = { services: [], resources: [], interactions: [], unresolved: [] }
  const size = Math.min(60, Math.max(3, Math.round(count / 14)))
  const names = Array.from({ length: size }, (_, i) =>
    i < domains.length ? domains[i]! : `${domains[i % domains.length]}-${Math.floor(i / domains.length) + 1}`,
  )
  const members = names.map((): Service[] => [])
  for (let i = 0; i < count; i++) {
    const domain = i < size ? i : Math.min(roll(size), roll(size))
    const service = serviceOf(names[domain]!, members[domain]!.length, roll)
    members[domain]!.push(service)
    parts.services.push(service)
  }
  names.forEach((name, d) => {
    connect(name, members[d]!, parts, roll)
  })
  across(members, parts, roll)
  parts.resources.push(resource('external:card-network', 'card network', 'external'), resource('external:mail', 'mail relay', 'external'))
  for (const s of parts.services) if (roll(30) === 0) call(parts, s, { id: 'external:card-network' }, 'http', roll)
  for (const s of parts.services) if (roll(12) === 0) parts.unresolved.push(open(s, roll))
  return modelOf(parts, count)
}

const serviceOf = (domain: string, n: number, roll: (below: number) => number): Service => {
  const noun = nouns[(n * 5 + domain.length) % nouns.length]!
  const name =
    n === 0
      ? `${domain}-gateway`
      : `${domain}-${noun}-${roles[(n + domain.length) % roles.length]}${n > nouns.length ? `-${Math.ceil(n / nouns.length)}` : ''}`
  const repo = `tickets/${domain}`
  const kind = n === 0 ? 'gateway' : roll(9) === 0 ? 'worker' : roll(25) === 0 ? 'job' : 'service'
  const at = seen(repo, `services/${name}/main.go`, 20, `serves ${name}`)
  return {
    id: name,
    name,
    kind,
    aliases: [`${name}-svc`],
    repo,
    paths: [`services/${name}`],
    owners: roll(14) === 0 ? [] : [{ value: `@tickets/${domain}`, evidence: [at] }],
    runtime: [{ value: ['go', 'java', 'typescript', 'python', 'csharp'][roll(5)]!, evidence: [at] }],
    controls: [],
    serves: [operation(`${name}.Api/Get`, at), operation(`${name}.Api/List`, at)],
    state: roll(60) === 0 ? 'undeployed' : 'deployed',
    evidence: [at],
  }
}

const resource = (id: string, name: string, kind: Resource['kind']): Resource => ({ id, name, kind, aliases: [], evidence: [] })

const protocols: readonly Protocol[] = ['grpc', 'http', 'http', 'grpc', 'graphql']

const call = (
  parts: Estate,
  from: Service,
  to: { id: string },
  protocol: Protocol,
  roll: (below: number) => number,
  more: Partial<Interaction> = {},
): void => {
  const id = `${from.id}->${to.id}:${protocol}${more.role ? `:${more.role}` : ''}`
  if (from.id === to.id || parts.interactions.some(i => i.id === id)) return
  const at = seen(from.repo, `services/${from.name}/${to.id.replaceAll(/\W/g, '_')}.go`, 10 + roll(300), `client.Get(ctx, …)`)
  parts.interactions.push({
    id,
    from: from.id,
    to: to.id,
    purpose: 'call',
    style: 'sync',
    protocol,
    operations: [operation(`${to.id}.Api/${roll(2) === 0 ? 'Get' : 'List'}`, at)],
    confidence: roll(12) === 0 ? 'low' : roll(6) === 0 ? 'medium' : 'high',
    evidence: [at],
    ...more,
  })
}

const connect = (name: string, members: readonly Service[], parts: Estate, roll: (below: number) => number): void => {
  members.forEach((service, i) => {
    if (i === 0) return
    call(parts, members[Math.floor((i - 1) / 4)]!, service, protocols[roll(protocols.length)]!, roll)
    if (roll(3) === 0) call(parts, service, members[Math.min(members.length - 1, i + 1 + roll(3))]!, 'grpc', roll)
    if (i % 3 === 1) {
      const store = resource(`database:${service.name}`, service.name, roll(5) === 0 ? 'cache' : 'database')
      parts.resources.push(store)
      call(parts, service, store, store.kind === 'cache' ? 'redis' : 'sql', roll, { purpose: 'data' })
    }
    if (i % 7 === 2) {
      const topic = resource(`topic:${name}.${nouns[i % nouns.length]}`, `${name}.${nouns[i % nouns.length]}`, 'topic')
      if (!parts.resources.some(r => r.id === topic.id)) parts.resources.push(topic)
      call(parts, service, topic, 'kafka', roll, { purpose: 'message', style: 'async', role: 'produce' })
    }
  })
}

/** Domains call a few others, their gateways mostly; everybody asks identity; topics have readers elsewhere. */
const across = (members: readonly Service[][], parts: Estate, roll: (below: number) => number): void => {
  const topics = parts.resources.filter(r => r.kind === 'topic')
  const shared = members[Math.min(5, members.length - 1)]![0]!
  members.forEach((own, d) => {
    for (let n = 0; n < 2 + Math.min(3, own.length / 8); n++) {
      const other = members[(d + 1 + roll(4) * (1 + roll(2))) % members.length]!
      call(parts, own[roll(own.length)]!, other[roll(3) === 0 ? roll(other.length) : 0]!, 'http', roll)
    }
    if (own[0] !== shared && roll(3) > 0) call(parts, own[0]!, shared, 'grpc', roll)
    if (topics.length > 0)
      call(parts, own[roll(own.length)]!, topics[roll(topics.length)]!, 'kafka', roll, {
        purpose: 'message',
        style: 'async',
        role: 'consume',
      })
  })
}

const open = (service: Service, roll: (below: number) => number): Unresolved => ({
  id: `${service.id}:open`,
  from: service.id,
  does: 'call',
  protocol: 'http',
  target: 'settings.PARTNER_URL',
  operation: 'POST /v1/events',
  stage: 'no-setting',
  reason: 'set in no manifest that was read',
  hint: `links: { ${service.name}/PARTNER_URL: <service> }`,
  evidence: [seen(service.repo, `services/${service.name}/partner.go`, 9 + roll(80), 'http.Post(settings.PARTNER_URL, …)')],
})

const modelOf = (parts: Estate, count: number): SystemModel => {
  const sorted = <T extends { id: string }>(all: readonly T[]): T[] => [...all].sort((a, b) => (a.id < b.id ? -1 : 1))
  const owners = [...new Set(parts.services.flatMap(s => s.owners.map(o => o.value)))].sort()
  const used = new Set(parts.interactions.flatMap(i => [i.from, i.to]))
  const repos = [...new Set(parts.services.map(s => s.repo))].sort()
  return {
    schema: 1,
    revisions: repos.map(repo => ({ repo, revision: '3f2c91a' })),
    services: sorted(parts.services),
    resources: sorted(parts.resources).filter(r => used.has(r.id)),
    teams: owners.map(id => ({ id, name: id })),
    interactions: sorted(parts.interactions),
    contracts: [],
    unresolved: sorted(parts.unresolved),
    wirings: [],
    coverage: {
      files: { seen: count * 60, read: count * 41, skipped: count * 18, failed: 2 },
      skipped: { generated: count * 6, 'no-reader': count * 12 },
      unresolved: { 'no-setting': parts.unresolved.length },
      budgets: [],
    },
    problems: [
      {
        code: 'yaml/syntax',
        message: 'not YAML: mapping values are not allowed here',
        severity: 'error',
        at: { repo: repos[0]!, file: 'deploy/values.yaml', line: 88 },
      },
    ],
  }
}
