/** Everything a command knows of the world around it, so that commands can be run in tests. */
export interface Terminal {
  env: Readonly<Record<string, string | undefined>>
  cwd: string
  width: number
  colour: boolean
  /** A person is watching: progress may be drawn, questions asked. Never in a build. */
  interactive: boolean
  /** Milliseconds since the command started. */
  elapsed(): number
  out(text: string): Promise<void>
  err(text: string): void
}

export const terminal = (): Terminal => {
  const started = performance.now()
  const { env } = process
  return {
    env,
    cwd: process.cwd(),
    width: process.stdout.columns ?? (Number(env.COLUMNS) || 120),
    colour: wantsColour(env, process.stdout.isTTY === true),
    interactive: process.stderr.isTTY === true && !env.CI,
    elapsed: () => performance.now() - started,
    out: text => new Promise(resolve => process.stdout.write(text, () => resolve())),
    err: text => void process.stderr.write(text),
  }
}

/** NO_COLOR beats FORCE_COLOR beats what the stream is; see no-color.org. */
const wantsColour = (env: Terminal['env'], isTerminal: boolean): boolean => {
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false'
  return isTerminal && env.TERM !== 'dumb'
}

export interface Progress {
  on(done: number, total: number, what: string): void
  /** Wipes the line. */
  end(): void
}

/** One line on stderr that rewrites itself, after a second of silence, for a person only. */
export const progressOn = (term: Terminal, quiet: boolean): Progress => {
  if (!term.interactive || quiet) return { on: () => {}, end: () => {} }
  let last = 900
  let drawn = false
  return {
    on: (done, total, what) => {
      const now = term.elapsed()
      if (now - last < 100) return
      last = now
      drawn = true
      term.err(`\r\u001b[K${what} ${done} of ${total}`)
    },
    end: () => {
      if (drawn) term.err('\r\u001b[K')
      drawn = false
    },
  }
}
