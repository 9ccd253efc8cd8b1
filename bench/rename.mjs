// Renames a system's services, folders, hosts, images, discovery ids, variables and topics in a copy: the map must score as before.
// Usage: node bench/rename.mjs FOLDER_OF_BARE_REPOSITORIES [--only=NAME] [--keep]
import { rmSync } from 'node:fs'
import { score } from '../../shared/truth/score.mjs'
import { writeSection } from './results.mjs'
import { filesOf, graphOf, mirrorOf, predict, truths, writtenFolder } from './truth.mjs'

/**
 * Per system the words of its own names. Words that a library, a protocol or a stock image owns too (email, user, auth, config, redis)
 * cannot be taken away from them; they are renamed where they are part of a whole name (`emailservice`, `auth-service`).
 */
const systems = {
  'online-boutique': {
    words: 'ad cart checkout currency payment catalog recommendation shipping shopping assistant hipstershop boutique hipster',
    names:
      'adservice cartservice checkoutservice currencyservice emailservice paymentservice productcatalogservice recommendationservice shippingservice shoppingassistantservice packagingservice productcatalog loadgenerator frontend',
  },
  'bank-of-anthos': {
    words: 'contacts ledger balances balance anthos bankofanthos',
    names: 'userservice contacts ledgerwriter balancereader transactionhistory ledgermonolith accounts loadgenerator frontend boa',
  },
  pitstop: {
    words: 'pitstop customer vehicle workshop invoice maintenance planning auditlog garage',
    names:
      'customermanagementapi vehiclemanagementapi workshopmanagementapi workshopmanagementeventhandler invoiceservice notificationservice auditlogservice timeservice webapp',
  },
  sqshq_piggymetrics: {
    words: 'account statistics piggymetrics piggy turbine-stream-service',
    names: 'auth-service account-service statistics-service notification-service',
  },
  'robot-shop': {
    words: 'cart catalogue shipping ratings dispatch payment robotshop robot',
    names: 'load-gen',
  },
}
/** What a framework reads by itself, or builds names of itself, keeps its name. */
const FRAMEWORK =
  /^(?:SPRING|ASPNETCORE|DOTNET|EUREKA|MANAGEMENT|SERVER|LOGGING|JAVA|JVM|RABBITMQ|MONGO|MYSQL|POSTGRES|PG|REDIS|GOOGLE|OTEL|K8S|KUBERNETES|CLOUD|NGINX)_/
const VARIABLE = /(?<![A-Za-z0-9_])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?:ADDR|ADDRESS|HOST|HOSTNAME|URL|URI|ENDPOINT)(?![A-Za-z0-9_])/g

const consonants = 'bdfgklmnprstvz'
const vowels = 'aeiou'
/** A word that means nothing, the same for the same number. */
const invented = n => {
  let word = ''
  for (let i = 0, rest = n * 7919 + 13; i < 3; i++, rest = Math.floor(rest / 11) + 31 * i)
    word += consonants[rest % consonants.length] + vowels[Math.floor(rest / 3) % vowels.length]
  return `${word}q${consonants[n % consonants.length]}u`
}

const cased = (like, word) => {
  if (like === like.toUpperCase() && like.length > 1) return word.toUpperCase()
  return like[0] === like[0].toUpperCase() ? word[0].toUpperCase() + word.slice(1) : word
}

/** A function that renames in any text, the same everywhere. */
const renamer = ({ words, names }, texts) => {
  const fresh = new Map()
  const newName = word => {
    if (!fresh.has(word)) fresh.set(word, invented(fresh.size + 1))
    return fresh.get(word)
  }
  const parts = new Map(words.split(' ').map(word => [word, newName(word)]))
  const whole = names.split(' ').sort((a, b) => b.length - a.length)
  for (const name of whole) newName(name)
  const variables = new Map()
  for (const text of texts)
    for (const [name] of text.matchAll(VARIABLE))
      if (!FRAMEWORK.test(name) && !variables.has(name)) variables.set(name, `${invented(500 + variables.size).toUpperCase()}_V`)
  const names_ = new RegExp(`(?<![A-Za-z0-9])(?:${whole.join('|')})(?![A-Za-z0-9])`, 'gi')
  const part = run =>
    run.replace(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g, p => (parts.has(p.toLowerCase()) ? cased(p, parts.get(p.toLowerCase())) : p))
  return text =>
    text
      .replace(VARIABLE, name => variables.get(name) ?? name)
      .replace(names_, name => cased(name, fresh.get(name.toLowerCase())))
      .replace(/[A-Za-z]+/g, part)
}

const isText = bytes => !bytes.subarray(0, 8000).includes(0)

/** Only what lies in names changes: what is a kind or a member of the reference stays. */
const renamedTruth = (truth, rename) => {
  const walk = (value, key) => {
    if (typeof value === 'string') return key === 'kind' || key === 'role' || key === 'commit' || key === 'repo' ? value : rename(value)
    if (Array.isArray(value)) return value.map(v => walk(v, key))
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, walk(v, k)]))
  }
  return walk(truth)
}

const figures = ({ nodes, edges, serviceEdges, asyncPairs }) =>
  [nodes, edges, serviceEdges, asyncPairs].map(({ tp, fp, fn }) => `${tp} / ${fp} / ${fn}`).concat(`${nodes.kindOk} + ${edges.kindOk}`)

const compared = (mirrors, { name, truth }) => {
  const files = filesOf(mirrorOf(mirrors, truth.repo), truth.commit)
  const texts = [...files].filter(([, bytes]) => isText(bytes)).map(([path, bytes]) => [path, bytes.toString()])
  const rename = renamer(
    systems[name],
    texts.map(([, text]) => text),
  )
  const copy = writtenFolder(new Map(texts.map(([path, text]) => [rename(path), rename(text)])))
  try {
    const before = score(truth, predict(mirrors, name, truth))
    const after = score(renamedTruth(truth, rename), graphOf(name, copy))
    if (process.argv.includes('--keep')) console.log(copy)
    return { name, before, after }
  } finally {
    if (!process.argv.includes('--keep')) rmSync(copy, { recursive: true, force: true })
  }
}

const only = process.argv.find(a => a.startsWith('--only='))?.slice(7)
const rows = []
for (const system of truths().filter(t => systems[t.name] && (!only || t.name.includes(only)))) {
  const { name, before, after } = compared(process.argv[2], system)
  const [a, b] = [figures(before), figures(after)]
  const isSame = a.join() === b.join()
  rows.push(`| ${name} | ${a.join(' | ')} | ${isSame ? 'the same' : `**moved**: ${b.join(', ')}`} |`)
  console.log(rows.at(-1))
  if (isSame) continue
  process.exitCode = 1
  for (const part of ['nodes', 'edges'])
    for (const list of ['missing', 'extra'])
      console.log(`  ${part} ${list}: ${after[part][list].map(i => (typeof i === 'string' ? i : JSON.stringify(i))).join('; ')}`)
}
if (!only)
  writeSection(
    'rename',
    [
      '## Names do not matter',
      '',
      'Written by `node bench/rename.mjs FOLDER`: copies of systems in which services, folders, hosts, images, discovery ids, variables of the environment and of the wiring, and topics bear invented names, in files and paths, and the reference graph with them. Right / false / missing of the original, and whether the copy scores the same.',
      '',
      '| system | nodes | edges | service edges | async pairs | kinds | renamed |',
      '|---|---|---|---|---|---|---|',
      ...rows,
    ].join('\n'),
  )
