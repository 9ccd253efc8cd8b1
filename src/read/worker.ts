import { parentPort } from 'node:worker_threads'
import type { Message, Question } from './pool.ts'
import { readers } from './readers.ts'
import { readBytes } from './run.ts'

/** Reads files for another thread, one after the other. Facts go back as JSON: it is what the cache keeps. */
const answer = async ({ path, bytes, readers: names }: Question): Promise<void> => {
  const wanted = readers.filter(reader => names.includes(reader.name))
  const { facts, ...index } = await readBytes(path, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), wanted)
  const json = facts ? new TextEncoder().encode(JSON.stringify(facts)) : undefined
  const message: Message = { index, ...(json ? { json } : {}) }
  parentPort?.postMessage(message, json ? [json.buffer] : [])
}

let last = Promise.resolve()
parentPort?.on('message', (question: Question) => {
  last = last.then(() => answer(question))
})
parentPort?.postMessage('ready' satisfies Message)
