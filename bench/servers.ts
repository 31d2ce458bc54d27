import { once } from 'node:events'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

/** A backend that answers every key, counts calls and takes its time. It checks nothing: the emulators of the tests do. */
export interface CountingServer {
  readonly url: string
  calls: number
  latencyMs: number
  close(): Promise<void>
}

type Answer = (request: IncomingMessage) => Promise<unknown>

const VALUE = { username: 'bench-user', password: 'bench-password-0123456789' }

async function serve(answer: Answer): Promise<CountingServer> {
  const server = http.createServer((request, response) => void respond(request, response))
  const self: CountingServer = {
    url: '',
    calls: 0,
    latencyMs: 20,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    self.calls++
    const body = JSON.stringify(await answer(request))
    setTimeout(() => response.writeHead(200, { 'Content-Type': 'application/json' }).end(body), self.latencyMs)
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return Object.assign(self, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
}

/** Vault's KV 2 data reads. */
export function startVaultServer(): Promise<CountingServer> {
  return serve(async () => ({
    data: { data: VALUE, metadata: { version: 1, created_time: '2026-01-01T00:00:00Z', deletion_time: '', destroyed: false } },
  }))
}

interface BatchRequest {
  readonly SecretIdList?: readonly string[]
  readonly SecretId?: string
}

/** BatchGetSecretValue and GetSecretValue. */
export function startAwsServer(): Promise<CountingServer> {
  const secret = (id: string): object => ({
    ARN: `arn:aws:secretsmanager:us-east-1:111111111111:secret:${id}-AbCdEf`,
    Name: id,
    SecretString: JSON.stringify(VALUE),
    VersionId: '11111111-1111-1111-1111-111111111111',
    VersionStages: ['AWSCURRENT'],
    CreatedDate: 1_767_225_600,
  })
  return serve(async (request) => {
    const body = (await json(request)) as BatchRequest
    return body.SecretIdList ? { SecretValues: body.SecretIdList.map(secret), Errors: [] } : secret(body.SecretId ?? '')
  })
}
