import type { Spot } from '../model/evidence.ts'
import type { Effect } from '../model/fragment.ts'
import { concat, showValue, text, type Value } from '../model/value.ts'
import { spotAt } from './gather.ts'
import { kindByName } from './kinds.ts'
import type { Instance, Node } from './node.ts'
import { bringsLoad, imageOf, type Programs, stagesOf } from './programs.ts'

/**
 * What a load generator is pointed at stands on its command line, not in code: `locust --host=http://${WEB_ADDR}`. Each address given there
 * becomes a call. Other programs' command lines say too many other things.
 */
export const commandEffects = (node: Node, instance: Instance, programs: Programs): Effect[] => {
  const isLoad =
    node.stock?.service === 'loadgen' || kindByName(node) === 'loadgen' || (instance.program && bringsLoad(instance.program, programs))
  if (!isLoad) return []
  const found = commandLine(instance, programs)
  if (!found) return []
  const said = addressesOf(found.words)
  return (said.length > 0 ? said : startsScript(found.words) ? targetsBySetting(instance) : []).map(target => ({
    of: instance.program?.program.id ?? '',
    does: 'call' as const,
    protocol: 'http' as const,
    target,
    uses: [],
    closed: true,
    escapes: [],
    confidence: 'medium' as const,
    evidence: { reader: 'link/command', basis: 'declared' as const, at: spotAt(found.place, found.spot), note: 'command line' },
  }))
}

const startsScript = (words: readonly string[]): boolean => words.some(word => /\.(sh|bash)$/.test(word))

/** Names under which a start script takes the address that load goes to. */
const TARGETS = /^([A-Z]+_)?(HOST|TARGET|TARGET_(HOST|URL)|(BASE_)?URL|FRONTEND_(HOST|ADDR|URL))$/

/** A script that starts the tool hands on what the deployable sets: taken only where it is a whole URL. */
const targetsBySetting = ({ container }: Instance): Value[] =>
  container.env.filter(e => TARGETS.test(e.name) && /^https?:\/\//.test(showValue(e.value))).map(e => ({ is: 'env', name: e.name }))

/** The words that start the container: the workload's own, else the image's. */
const commandLine = (
  instance: Instance,
  programs: Programs,
): { words: string[]; place: { repo: string; file: string }; spot: Spot } | undefined => {
  const own = [...(instance.container.entrypoint ?? []), ...(instance.container.command ?? [])]
  const image = instance.program && imageOf(instance.program, programs)
  const last = image && stagesOf(image.fact)[0]
  const built = [...(last?.entrypoint ?? []), ...(last?.command ?? [])]
  if (own.length > 0 && (instance.container.entrypoint || !last))
    return { words: split(own), place: instance.place, spot: instance.container.spot }
  const words = split([...built, ...own])
  return image && last && words.length > 0 ? { words, place: image, spot: last.spot } : undefined
}

const split = (parts: readonly string[]): string[] =>
  parts
    .flatMap(part => part.split(/\s+/))
    .map(word => word.replace(/["']/g, ''))
    .filter(word => word !== '')

const OPTION = /^(?:-H|--(?:host|url|target|base-url|target-url))(?:=(.*))?$/

const addressesOf = (words: readonly string[]): Value[] =>
  words.flatMap((word, n) => {
    const option = OPTION.exec(word)
    if (option) return [option[1] ?? words[n + 1] ?? ''].filter(w => w !== '').map(shellValue)
    const isValue = OPTION.test(words[n - 1] ?? '') && !words[n - 1]!.includes('=')
    return /^https?:\/\//.test(word) && !isValue ? [shellValue(word)] : []
  })

const VARIABLE = /\$\{([A-Za-z_]\w*)(?::?-([^}]*))?\}|\$([A-Za-z_]\w*)/g

/** A shell word with its variables as holes. */
const shellValue = (word: string): Value => {
  const parts: Value[] = []
  let end = 0
  for (const match of word.matchAll(VARIABLE)) {
    parts.push(text(word.slice(end, match.index)))
    const hole: Value = { is: 'env', name: (match[1] ?? match[3])! }
    parts.push(match[2] === undefined ? hole : { is: 'or', options: [hole, text(match[2])] })
    end = match.index + match[0].length
  }
  return concat([...parts, text(word.slice(end))])
}
