import express, { type Request, type Response } from 'express'
import { CallControl, type NativeFailures } from '../../call-control.ts'
import { type Emulator, listen, type ServerTls } from '../../emulator.ts'
import type { NtlmGate } from './ntlm-gate.ts'

/** A request that arrived. */
export interface SeenRequest {
  readonly method: string
  /** Path and query as they were sent. */
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

export interface WebhookEmulator extends Emulator {
  /** What `Authorization` has to say. */
  readonly authorization: string
  readonly seen: readonly SeenRequest[]
  /** Writes a new version; gives its number. */
  put(key: string, bytes: Uint8Array): string
  /** The next request is answered so. */
  answerNext(status: number, body: string, headers?: Readonly<Record<string, string>>): void
}

const failures: NativeFailures = {
  throttled: (_request, response) => void response.setHeader('Retry-After', '0').status(429).end('slow down'),
  denied: (_request, response) => void response.status(403).end('no'),
  internalError: (_request, response) => void response.status(500).end('stack trace'),
}

/**
 * `/text/KEY` answers the bytes, `/json/KEY` wraps their text: `{"data": {"value": …}}`; `?version=` asks for an older one. Behind a gate a login
 * by NTLM stands for the authorization.
 */
export async function startWebhookEmulator(tls?: ServerTls, gate?: NtlmGate): Promise<WebhookEmulator> {
  const control = new CallControl(failures)
  const authorization = 'Bearer emulator-token'
  const secrets = new Map<string, Uint8Array[]>()
  const seen: SeenRequest[] = []
  const canned: ((response: Response) => void)[] = []

  function answer({ params, query, headers }: Request, response: Response): void {
    if (!gate && headers.authorization !== authorization) return void response.status(401).end('who are you')
    const versions = secrets.get(String(params['key'])) ?? []
    const asked = typeof query['version'] === 'string' ? query['version'] : ''
    const bytes = asked === '' ? versions.at(-1) : versions[Number(asked) - 1]
    if (!bytes) return void response.status(404).end('no such secret')
    if (params['form'] === 'text') response.end(bytes)
    else response.json({ data: { value: new TextDecoder().decode(bytes) } })
  }

  const app = express()
  app.disable('etag')
  app.use(express.raw({ type: () => true }))
  if (gate) app.use(gate.pass)
  app.use(control.data)
  app.use((request, response, next) => {
    const body = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : ''
    seen.push({ method: request.method, url: request.originalUrl, headers: request.headers, body })
    const cannedAnswer = canned.shift()
    if (cannedAnswer) cannedAnswer(response)
    else next()
  })
  app.all('/:form/:key', answer)
  const { port, close } = await listen(app, tls)

  return {
    url: tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
    control,
    authorization,
    seen,
    put(key, bytes) {
      const versions = secrets.get(key) ?? []
      versions.push(bytes)
      secrets.set(key, versions)
      return String(versions.length)
    },
    answerNext: (status, body, headers = {}) => {
      canned.push((response) => void response.status(status).set(headers).end(body))
    },
    close,
  }
}
