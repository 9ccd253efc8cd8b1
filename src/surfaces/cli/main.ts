import { help } from './help.ts'
import { version } from './package.ts'

/** The two questions that need nothing loaded are answered first; everything else is behind an import. */
const main = async (argv: readonly string[]): Promise<number> => {
  const [first] = argv
  if (first === '--version' || first === '-V') return say(version())
  if (first === '--help' || first === '-h' || (first === 'help' && argv.length === 1)) return say(help)
  const { run } = await import('./run.ts')
  return run(argv)
}

const say = (text: string): number => {
  process.stdout.write(`${text}\n`)
  return 0
}

// A reader that has seen enough (`lintel | head`) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0)
  throw error
})

process.exitCode = await main(process.argv.slice(2))
