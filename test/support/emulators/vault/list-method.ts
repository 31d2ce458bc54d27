import { once } from 'node:events'
import http from 'node:http'
import net, { type AddressInfo, type Socket } from 'node:net'
import { Duplex, Transform } from 'node:stream'
import tls, { type TLSSocket } from 'node:tls'
import type { Express } from 'express'
import type { Listening, ServerTls } from '../../emulator.ts'

/** The method as which a LIST arrives at express. */
export const LIST_METHOD = 'SEARCH'

/** PEM of the certificates that clients have shown, by the stream that their requests come from. */
const shownBy = new WeakMap<object, string>()

export function shownCertificate(socket: object): string | undefined {
  return shownBy.get(socket)
}

/**
 * Serves `app` on 127.0.0.1 to clients that use Vault's own method LIST, which Node's HTTP parser refuses:
 * it is renamed on the wire, before the parser sees it.
 */
export async function listenWithList(app: Express, serverTls?: ServerTls): Promise<Listening> {
  const handler = http.createServer(app)
  const sockets = new Set<Socket>()
  const serve = (socket: Socket): void => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    const stream = renamed(socket)
    const certificate = serverTls && (socket as TLSSocket).getPeerX509Certificate()
    if (certificate) shownBy.set(stream, certificate.toString())
    handler.emit('connection', stream)
  }
  const server = serverTls ? tls.createServer(tlsOptions(serverTls), serve) : net.createServer(serve)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      handler.close()
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}

function tlsOptions({ cert, key, clientCa }: ServerTls): tls.TlsOptions {
  return { cert, key, ...(clientCa !== undefined && { ca: clientCa, requestCert: true, rejectUnauthorized: false }) }
}

/** A request's first line begins a packet: no client of Vault pipelines. */
function renamed(socket: Socket): Duplex {
  const rename = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const isList = chunk.subarray(0, 6).toString('latin1') === 'LIST /'
      done(null, isList ? Buffer.concat([Buffer.from(LIST_METHOD), chunk.subarray(4)]) : chunk)
    },
  })
  const stream = Duplex.from({ readable: socket.pipe(rename), writable: socket })
  stream.on('close', () => socket.destroy())
  stream.on('error', () => socket.destroy())
  socket.on('error', () => stream.destroy())
  return stream
}
