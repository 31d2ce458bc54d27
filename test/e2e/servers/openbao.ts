import { mkdtemp, readFile, rm } from 'node:fs/promises'
import http from 'node:http'
import https from 'node:https'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { pythonEnvironment } from '../tools/python-environment.ts'
import { freePort } from './free-port.ts'
import { startServer } from './server-process.ts'

/** A development server of OpenBao: everything in memory, unsealed, its administrator's token known. */
export interface OpenBao {
  readonly url: string
  readonly rootToken: string
  /** PEM of the authority of its certificate, when it speaks TLS. */
  readonly ca: string | undefined
  /** Asks its HTTP API as the administrator. Gives the answer's JSON; throws on every status of 400 or more. */
  call(method: string, apiPath: string, body?: object, options?: { readonly namespace?: string }): Promise<BaoAnswer>
  /** Names of the tokens that are good at this moment, sorted. */
  tokenAccessors(): Promise<readonly string[]>
  stop(): Promise<void>
}

/** What the tests read of an answer. */
export interface BaoAnswer {
  readonly data?: Readonly<Record<string, unknown>>
  readonly auth?: { readonly client_token: string }
}

const ROOT_TOKEN = 'root'

/** Starts a server on a free loopback port; with `tls`, one whose certificate an authority of its own has signed. */
export async function startOpenBao(options: { readonly tls?: true } = {}): Promise<OpenBao> {
  const environment = await pythonEnvironment()
  const [port, folder] = [await freePort(), await mkdtemp(path.join(tmpdir(), 'openbao-'))]
  const url = `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`
  const authority = async (): Promise<string | undefined> =>
    options.tls ? readFile(path.join(folder, 'vault-ca.pem'), 'utf8') : undefined
  const server = await startServer(environment, {
    name: 'OpenBao',
    program: environment.bao,
    words: [
      'server',
      '-dev',
      '-dev-no-store-token',
      `-dev-root-token-id=${ROOT_TOKEN}`,
      `-dev-listen-address=127.0.0.1:${port}`,
      ...(options.tls ? ['-dev-tls', `-dev-tls-cert-dir=${folder}`] : []),
    ],
    environment: { HOME: folder },
    isReady: async () => (await ask(`${url}/v1/sys/health`, 'GET', { ca: await authority() })).status === 200,
  })
  const ca = await authority()
  const call: OpenBao['call'] = async (method, apiPath, body, { namespace } = {}) => {
    const headers = { 'X-Vault-Token': ROOT_TOKEN, ...(namespace !== undefined && { 'X-Vault-Namespace': namespace }) }
    const answer = await ask(`${url}/v1/${apiPath}`, method, { ca, headers, body })
    if (answer.status >= 400) throw new Error(`OpenBao answered ${answer.status} to ${method} ${apiPath}: ${answer.body}`)
    return answer.body === '' ? {} : (JSON.parse(answer.body) as BaoAnswer)
  }
  return {
    url,
    rootToken: ROOT_TOKEN,
    ca,
    call,
    async tokenAccessors() {
      const { data = {} } = await call('GET', 'auth/token/accessors?list=true')
      return [...(data['keys'] as readonly string[])].sort()
    },
    async stop() {
      await server.stop()
      await rm(folder, { recursive: true })
    },
  }
}

interface Asking {
  readonly ca: string | undefined
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: object | undefined
}

async function ask(
  url: string,
  method: string,
  { ca, headers, body }: Asking,
): Promise<{ readonly status: number; readonly body: string }> {
  const request = url.startsWith('https:') ? https.request : http.request
  return await new Promise((resolve, reject) => {
    const sent = request(url, { method, headers: { ...headers }, agent: false, ...(ca !== undefined && { ca }) }, (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: answer }), reject)
    })
    sent.on('error', reject)
    sent.end(body && JSON.stringify(body))
  })
}
