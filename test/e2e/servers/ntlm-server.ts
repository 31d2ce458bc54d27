import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createHttpClient } from '../../../plugin/providers/http-client.ts'
import { testTls } from '../../support/emulators/tls/test-tls.ts'
import { pythonEnvironment } from '../tools/python-environment.ts'
import { freePort } from './free-port.ts'
import { startServer } from './server-process.ts'

/** A server whose NTLM is that of pyspnego. */
export interface NtlmServer {
  readonly url: string
  /** Logins that it refused. */
  refusals(): Promise<number>
  stop(): Promise<void>
}

export interface NtlmServerOptions {
  readonly scheme: 'NTLM' | 'Negotiate'
  /** As `DOMAIN:user:password`. */
  readonly accounts: readonly string[]
  /** Has TLS, and takes only logins that are bound to its certificate. */
  readonly tls?: true
}

const PROGRAM = new URL('ntlm_server.py', import.meta.url).pathname

export async function startNtlmServer({ scheme, accounts, tls }: NtlmServerOptions): Promise<NtlmServer> {
  const environment = await pythonEnvironment()
  const port = await freePort()
  const folder = await mkdtemp(path.join(tmpdir(), 'ntlm-'))
  const file = (name: string): string => path.join(folder, name)
  const { cert, key, ca } = testTls()
  await Promise.all([
    writeFile(file('accounts'), accounts.join('\n')),
    writeFile(file('server.crt'), cert),
    writeFile(file('server.key'), key),
  ])
  const url = `${tls ? 'https://localhost' : 'http://127.0.0.1'}:${port}`
  const refusals = async (): Promise<number> => {
    const client = createHttpClient({ environment: new Map(), ca })
    try {
      const signal = AbortSignal.timeout(5_000)
      const { body } = await client.send({ method: 'GET', url: new URL('/ready', url), headers: {}, signal })
      return (JSON.parse(new TextDecoder().decode(body)) as { refusals: number }).refusals
    } finally {
      client.close()
    }
  }
  const server = await startServer(environment, {
    name: 'the server of NTLM',
    program: environment.python,
    words: [PROGRAM, String(port), scheme, ...(tls ? [file('server.crt'), file('server.key')] : [])],
    // 5: a response of NTLMv1 or LM is refused.
    environment: { NTLM_USER_FILE: file('accounts'), LM_COMPAT_LEVEL: '5' },
    isReady: async () => (await refusals()) === 0,
  })
  return {
    url,
    refusals,
    async stop() {
      await server.stop()
      await rm(folder, { recursive: true })
    },
  }
}
