import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { pythonEnvironment } from '../tools/python-environment.ts'

/** What a Python client is told of the server that it talks to. */
export type ClientFacts = Readonly<Record<string, unknown>>

/** An official Python client in a process of its own, that runs scenarios of a script beside this file. */
export interface ClientProcess {
  readonly scenarios: readonly { readonly name: string; readonly sentence: string }[]
  /** Runs one; gives what it found out. Throws with the Python traceback when it fails. */
  run(scenario: string, facts: ClientFacts): Promise<ClientFacts>
  stop(): Promise<void>
}

type Answer = { readonly ok: true; readonly facts: ClientFacts } | { readonly ok: false; readonly trace: string }

/** Nothing of the user's own accounts, proxies and certificates reaches the clients. */
const ENVIRONMENT = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  PYTHONDONTWRITEBYTECODE: '1',
  AWS_EC2_METADATA_DISABLED: 'true',
}

export async function startClient(script: string): Promise<ClientProcess> {
  const { python } = await pythonEnvironment()
  const child = spawn(python, [path.join(import.meta.dirname, script)], { env: ENVIRONMENT, stdio: ['pipe', 'pipe', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said = `${said}${chunk}`.slice(-10_000)))
  child.stdin.on('error', () => {})
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const exited = once(child, 'exit')

  async function answer(): Promise<unknown> {
    const line = await lines.next()
    if (!line.done) return JSON.parse(line.value)
    await exited
    throw new Error(`${script} ended with ${child.exitCode ?? child.signalCode}; its last words:\n${said}`)
  }

  const named = (await answer()) as readonly (readonly [string, string | null])[]
  return {
    scenarios: named.map(([name, sentence]) => ({ name, sentence: sentence ?? name })),
    async run(scenario, facts) {
      child.stdin.write(`${JSON.stringify({ scenario, facts })}\n`)
      const result = (await answer()) as Answer
      if (!result.ok) throw new Error(`${scenario} of ${script} failed\n${result.trace}`)
      return result.facts
    },
    async stop() {
      child.stdin.end()
      await exited
    },
  }
}
