// What the map of a real system lacks or invents, each with its reason in one line: bench/misses.json, system → item → reason.
import { readFileSync, writeFileSync } from 'node:fs'

const file = new URL('./misses.json', import.meta.url)
const lists = { nodes: 'node', edges: 'edge', asyncPairs: 'pair' }
const UNEXPLAINED = 'unexplained'

/** `missing node X`, `false edge A -> B`, …: the items of one system's score. */
export const itemsOf = result =>
  Object.entries(lists).flatMap(([part, word]) => [
    ...result[part].missing.map(item => `missing ${word} ${shown(item)}`),
    ...result[part].extra.map(item => `false ${word} ${shown(item)}`),
  ])

const shown = item => (typeof item === 'string' ? item : JSON.stringify(item))

/** Reasons of the items of these systems; those that no longer apply are dropped from the file where `isWhole`. */
export const explained = (items, isWhole) => {
  const known = JSON.parse(readFileSync(file, 'utf8'))
  const reasons = Object.fromEntries(
    Object.entries(items)
      .filter(([, of]) => of.length > 0)
      .map(([system, of]) => [system, Object.fromEntries(of.map(item => [item, known[system]?.[item] ?? UNEXPLAINED]))]),
  )
  if (isWhole) writeFileSync(file, `${JSON.stringify(reasons, undefined, 2)}\n`)
  return reasons
}

export const showReasons = reasons =>
  Object.entries(reasons).flatMap(([system, of]) => Object.entries(of).map(([item, reason]) => `- ${system}: ${item}: ${reason}`))
