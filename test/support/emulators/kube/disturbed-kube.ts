import { text } from 'node:stream/consumers'
import { TLSSocket } from 'node:tls'
import express, { type Request, type Response } from 'express'
import { CallControl, type NativeFailures } from '../../call-control.ts'
import { listen, type ServerTls } from '../../emulator.ts'
import type { KubeEmulator } from './start-kube-emulator.ts'

export interface DisturbedKube {
  readonly url: string
  readonly control: CallControl
  /** What arrived: the names of client certificates, `-` without one. */
  readonly certificates: readonly string[]
  /** All that the emulator answered. */
  sent(): string
  close(): Promise<void>
}

const statusOf = (code: number, reason: string): object => ({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, code })

const failures: NativeFailures = {
  throttled: (_request, response) =>
    void response.setHeader('Retry-After', '0').status(429).json(statusOf(429, 'TooManyRequests')),
  denied: (_request, response) => void response.status(403).json(statusOf(403, 'Forbidden')),
  internalError: (_request, response) => void response.status(500).json(statusOf(500, 'InternalError')),
}

/**
 * A way to the emulator on which calls are counted and go wrong as those to other backends do. Who shows a client certificate
 * or `otherToken` is its administrator.
 */
export async function disturbedKube(
  kube: KubeEmulator,
  token: string,
  tls?: ServerTls,
  otherToken?: string,
): Promise<DisturbedKube> {
  const control = new CallControl(failures)
  const certificates: string[] = []
  const sent: string[] = []
  const app = express()
  app.disable('etag')
  app.use(control.data)
  async function pass(request: Request, response: Response): Promise<void> {
    const { headers, originalUrl } = request
    const name = shownName(request)
    certificates.push(name ?? '-')
    const isKnown = name !== undefined || (otherToken !== undefined && headers.authorization === `Bearer ${otherToken}`)
    const authorization = isKnown ? `Bearer ${token}` : (headers.authorization ?? '')
    const left = new AbortController()
    response.once('close', () => left.abort())
    const body = request.method === 'GET' ? {} : { body: await text(request) }
    const asked = {
      method: request.method,
      headers: { authorization, accept: headers.accept ?? '' },
      ...body,
      signal: left.signal,
    }
    const answer = await fetch(kube.url + originalUrl, asked)
    response.status(answer.status).type('application/json').flushHeaders()
    for await (const bytes of answer.body ?? []) {
      sent.push(Buffer.from(bytes).toString())
      response.write(bytes)
    }
    response.end()
  }

  app.use((request, response) => void pass(request, response).catch(() => response.destroy()))
  const { port, close } = await listen(app, tls)
  return {
    url: tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
    control,
    certificates,
    sent: () => sent.join(''),
    close,
  }
}

/** The name in the client certificate that was shown, if one was. */
function shownName({ socket }: Request): string | undefined {
  if (!(socket instanceof TLSSocket)) return undefined
  const name = socket.getPeerCertificate().subject?.CN
  return typeof name === 'string' ? name : undefined
}
