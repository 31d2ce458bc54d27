import { once } from 'node:events'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** What Vault's API is asked for. */
export type VaultCall = 'value' | 'metadata' | 'login' | 'other'

/** A way to a real server of Vault's API that takes its time and counts. */
export interface VaultRelay {
  readonly url: string
  /** Requests since the start. */
  counts(): Readonly<Record<VaultCall, number>>
  stop(): Promise<void>
}

const KINDS: Readonly<Record<string, VaultCall>> = {
  '/v1/secret/data/': 'value',
  '/v1/secret/metadata/': 'metadata',
  '/v1/auth/': 'login',
}

/** @param target `http://HOST:PORT` */
export async function startVaultRelay(target: string, latencyMs: number): Promise<VaultRelay> {
  const agent = new http.Agent({ keepAlive: true })
  const counts: Record<VaultCall, number> = { value: 0, metadata: 0, login: 0, other: 0 }
  const server = http.createServer((request, response) => {
    counts[kindOf(request.url ?? '')]++
    relay(request, response).catch(() => response.destroy())
  })

  async function relay(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await sleep(latencyMs)
    const { method, headers } = request
    const forwarded = http.request(`${target}${request.url}`, { method, headers, agent })
    request.pipe(forwarded)
    const [answer] = (await once(forwarded, 'response')) as [IncomingMessage]
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  }

  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts: () => ({ ...counts }),
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
      agent.destroy()
    },
  }
}

function kindOf(url: string): VaultCall {
  return Object.entries(KINDS).find(([prefix]) => url.startsWith(prefix))?.[1] ?? 'other'
}
