import { once } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { testTls } from '../tls/test-tls.ts'
import type { KubeApi, RawAnswer } from './kube-api.ts'

export interface KubeListener {
  readonly url: string
  /** How many connections were ever made. */
  connections(): number
  close(): Promise<void>
}

/** Serves `api` on a port of 127.0.0.1. */
export async function listenForKube(api: KubeApi, scheme: 'http' | 'https'): Promise<KubeListener> {
  const serve = (request: http.IncomingMessage, response: http.ServerResponse): void => {
    void answer(api, request, response)
  }
  const server = scheme === 'https' ? https.createServer(testTls(), serve) : http.createServer(serve)
  // As that of kube-apiserver; Node's own is 5 s.
  server.keepAliveTimeout = 90_000
  const sockets = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket: Socket) => {
    connections++
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    connections: () => connections,
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

async function answer(api: KubeApi, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const { headers, method = '', url = '' } = request
  const said = await api.answer({
    method,
    url,
    accept: headers.accept ?? '',
    contentType: headers['content-type'] ?? '',
    userAgent: headers['user-agent'] ?? '',
    authorization: headers.authorization ?? '',
    body: await text(request),
  })
  give(said, request, response)
}

function give(said: RawAnswer, request: http.IncomingMessage, response: http.ServerResponse): void {
  switch (said.kind) {
    case 'cut':
      request.socket.destroy()
      return
    case 'hang':
      return
    case 'answer': {
      const { status, body, retryAfterSeconds } = said
      const retry = retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }
      response.writeHead(status, { 'Content-Type': 'application/json', ...retry }).end(JSON.stringify(body))
      return
    }
    case 'stream': {
      response.writeHead(200, { 'Content-Type': 'application/json' })
      response.flushHeaders()
      const stop = said.open({
        line: (line) => response.write(line),
        end: () => response.end(),
        cut: () => request.socket.destroy(),
      })
      response.once('close', stop)
    }
  }
}
