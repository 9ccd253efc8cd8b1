import type { Command } from 'commander'
import type { Terminal } from './terminal.ts'

/** A command builds its own grammar; `done` takes its exit code. */
export interface CommandModule {
  define(term: Terminal, done: (code: number) => void): Command
}

/** Every command, one line each; a command is loaded when it is called. */
export const commands: Record<string, () => Promise<CommandModule>> = {
  map: () => import('./commands/map.ts'),
  check: () => import('./commands/check.ts'),
  diff: () => import('./commands/diff.ts'),
  contracts: () => import('./commands/contracts.ts'),
  replay: () => import('./commands/replay.ts'),
  explain: () => import('./commands/explain.ts'),
  init: () => import('./commands/init.ts'),
  fragment: () => import('./commands/fragment.ts'),
}
