// Runs commands in turn and compares them: wall times differ from machine to machine, so only ratios are reported.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const preload = new URL('./peak-memory.mjs', import.meta.url).href

export const median = numbers => {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** One run of Node. Throws when it ends with a status that is not expected. */
export const run = (args, { env = {}, cwd, statuses = [0] } = {}) => {
  const started = process.hrtime.bigint()
  const done = spawnSync(process.execPath, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 29,
    env: { ...process.env, NO_COLOR: '1', ...env },
  })
  const ms = Number(process.hrtime.bigint() - started) / 1e6
  if (!statuses.includes(done.status))
    throw new Error(`${args.join(' ')} ended with ${done.status}: ${(done.stderr || done.stdout).slice(0, 600)}`)
  return { ms, stdout: done.stdout, status: done.status }
}

/**
 * Runs every subject once a round, so that all of them see the same machine. A subject is a function of the round that returns
 * milliseconds. Gives the median and the quartiles of each subject's ratio to the subject named `floor`.
 */
export const alternate = (subjects, floor, rounds) => {
  const times = Object.fromEntries(Object.keys(subjects).map(name => [name, []]))
  for (let round = 0; round < rounds; round++) for (const [name, subject] of Object.entries(subjects)) times[name].push(subject(round))
  const base = median(times[floor])
  return Object.fromEntries(
    Object.entries(times).map(([name, all]) => {
      const ratios = all.map(ms => ms / base).sort((a, b) => a - b)
      return [
        name,
        { ratio: median(ratios), low: ratios[Math.floor(rounds / 4)], high: ratios[Math.ceil((3 * rounds) / 4) - 1], ms: median(all) },
      ]
    }),
  )
}

/** Peak resident memory of a run, in MB, as the operating system counts it. */
export const peakMemory = (args, options = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'lintel-peak-'))
  const file = join(folder, 'peak')
  try {
    run(['--import', preload, ...args], { ...options, env: { ...options.env, LINTEL_BENCH_PEAK: file } })
    return Number(readFileSync(file, 'utf8')) / 1024
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** How often a run starts git: a script of that name in front of the real one counts. */
export const countGit = (args, options = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'lintel-git-'))
  const log = join(folder, 'log')
  try {
    const real = spawnSync('/bin/sh', ['-c', 'command -v git'], { encoding: 'utf8' }).stdout.trim()
    writeFileSync(log, '')
    writeFileSync(join(folder, 'git'), `#!/bin/sh\necho "$*" >> '${log}'\nexec '${real}' "$@"\n`, { mode: 0o755 })
    run(args, { ...options, env: { ...options.env, PATH: `${folder}:${process.env.PATH}` } })
    return readFileSync(log, 'utf8')
      .split('\n')
      .filter(line => line !== '')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** `1.8x (1.7 to 2.0)` */
export const showRatio = ({ ratio, low, high }) => `${ratio.toFixed(2)}x (${low.toFixed(2)} to ${high.toFixed(2)})`

export const here = name => fileURLToPath(new URL(name, import.meta.url))
