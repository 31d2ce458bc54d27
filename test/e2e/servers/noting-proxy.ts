import http from 'node:http'
import type { AddressInfo } from 'node:net'

/** An HTTP proxy of one client, which remembers what that client asked for. */
export interface NotingProxy {
  readonly url: string
  /** `METHOD /path`, in order. */
  readonly asked: string[]
  stop(): Promise<void>
}

export async function startNotingProxy(): Promise<NotingProxy> {
  const asked: string[] = []
  const server = http.createServer((incoming, outgoing) => {
    const url = new URL(incoming.url ?? '')
    asked.push(`${incoming.method} ${url.pathname}`)
    const onward = http.request(url, { method: incoming.method, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
