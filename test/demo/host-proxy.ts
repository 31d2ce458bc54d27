import { once } from 'node:events'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'

/** A proxy on loopback. */
export interface HostProxy {
  readonly url: string
  close(): Promise<void>
}

/**
 * An HTTP proxy that answers CONNECT for the given `host:port` names, and for no others, with a tunnel to a server on loopback.
 * So manifests name the hosts that they would name in earnest, and nothing leaves the machine.
 */
export async function startHostProxy(targets: Readonly<Record<string, string>>): Promise<HostProxy> {
  const server = http.createServer((_, response) => void response.writeHead(403).end())
  const sockets = new Set<net.Socket>()
  server.on('connect', (request, client: net.Socket) => {
    const target = targets[request.url ?? '']
    if (target === undefined) {
      client.end('HTTP/1.1 403 Forbidden\r\n\r\n')
      return
    }
    const upstream = net.connect(Number(new URL(target).port), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      client.pipe(upstream).pipe(client)
    })
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket))
    }
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
