import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import {
  decodeExpandRequest,
  type ExpandAnswer,
  type ExpandRequest,
  encodeExpandAnswer,
} from '../../plugin/argocd/wire/expand-exchange.ts'

/** A daemon that answers as it is told, at a socket of its own. */
export interface FakeDaemon extends AsyncDisposable {
  readonly socket: string
  /** What it was asked, in order. */
  readonly requests: readonly ExpandRequest[]
}

/** Speaks the protocol: one answer a request. */
export async function startFakeDaemon(
  answer: (request: ExpandRequest) => ExpandAnswer | Promise<ExpandAnswer>,
  status = 200,
): Promise<FakeDaemon> {
  const requests: ExpandRequest[] = []
  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = decodeExpandRequest(await buffer(incoming))
    requests.push(request)
    const body = encodeExpandAnswer(await answer(request))
    response.writeHead(status, { 'content-length': body.byteLength }).end(body)
  }
  const server = createServer((incoming, response) => void serve(incoming, response))
  return { ...(await listening(server)), requests }
}

/** Gives every connection the same bytes, whatever it is asked, and closes it. */
export async function startRawDaemon(bytes: Uint8Array): Promise<FakeDaemon> {
  const server = net.createServer((connection) => {
    connection.on('error', () => {})
    connection.once('data', () => connection.end(bytes))
  })
  return { ...(await listening(server)), requests: [] }
}

/** A whole HTTP answer with this body, as bytes. */
export function httpAnswer(body: Uint8Array, status = 200): Uint8Array {
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} OK\r\nContent-Length: ${body.byteLength}\r\n\r\n`), body])
}

async function listening(server: net.Server): Promise<Omit<FakeDaemon, 'requests'>> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'daemon-'))
  const socket = path.join(folder, 'daemon.sock')
  const connections = new Set<net.Socket>()
  server.on('connection', (connection) => connections.add(connection))
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  return {
    socket,
    async [Symbol.asyncDispose]() {
      server.close()
      for (const connection of connections) connection.destroy()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
