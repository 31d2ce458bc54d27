import { pythonEnvironment } from '../tools/python-environment.ts'
import { freePort } from './free-port.ts'
import { startServer } from './server-process.ts'

/** AWS as moto plays it: Secrets Manager, Parameter Store and STS on one port. */
export interface Moto {
  readonly url: string
  /** Forgets everything that was written. */
  reset(): Promise<void>
  stop(): Promise<void>
}

export async function startMoto(): Promise<Moto> {
  const environment = await pythonEnvironment()
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const server = await startServer(environment, {
    name: 'moto',
    program: environment.python,
    words: ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)],
    isReady: async () => (await fetch(`${url}/moto-api/`)).ok,
  })
  return {
    url,
    async reset() {
      const answer = await fetch(`${url}/moto-api/reset`, { method: 'POST' })
      if (!answer.ok) throw new Error(`moto did not reset: ${answer.status}`)
    },
    stop: () => server.stop(),
  }
}
