import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { median, type Program } from './measure.ts'

/** Calls that one store has under way at once. */
const CONCURRENCY = 32

/** Parses the file given as argument and prints how many milliseconds that took. */
const PARSE = `
  import { readFileSync } from 'node:fs'
  import { loadAll } from 'js-yaml'
  const text = readFileSync(process.argv[1], 'utf8')
  const start = performance.now()
  loadAll(text)
  console.log(performance.now() - start)`

/** The least that a process can do: `node -e 0`. */
export const EMPTY_PROCESS: Program = { words: ['-e', '0'] }

/** Milliseconds of one parse of `file` by js-yaml in a fresh process, its start not counted. */
export async function parseMs(file: string, runs: number): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < runs; i++) {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', PARSE, file])
    times.push(Number(stdout))
  }
  return median(times)
}

/** Milliseconds of waiting for a provider: ceil(keys / (batch x 32)) round trips. */
export function waitMs(keys: number, batchSize: number, latencyMs: number): number {
  return Math.ceil(keys / (batchSize * CONCURRENCY)) * latencyMs
}
