// Loaded before a command: writes its peak resident memory (KB) to the file named by LINTEL_BENCH_PEAK when it ends.
import { writeFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

if (isMainThread && process.env.LINTEL_BENCH_PEAK) {
  process.on('exit', () => writeFileSync(process.env.LINTEL_BENCH_PEAK, String(process.resourceUsage().maxRSS)))
}
