import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { goProgram } from '../tools/go-program.ts'

export interface PromtoolAnswer {
  readonly isContent: boolean
  /** All that it said. */
  readonly said: string
}

/** Prometheus' own tool for rules, their tests and texts of metrics, which come by `input`. */
export async function promtool(words: readonly string[], input = ''): Promise<PromtoolAnswer> {
  const program = path.join(await goProgram('promtool'), 'promtool')
  const child = spawn(program, words, { env: { TZ: 'UTC' }, stdio: 'pipe' })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text))
  // It may end before it has read everything.
  child.stdin.on('error', () => undefined).end(input)
  const [code] = await once(child, 'close')
  return { isContent: code === 0, said }
}
