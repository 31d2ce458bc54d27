import { once } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Express } from 'express'
import type { CallControl } from './call-control.ts'

/** A backend that runs inside this process, on a loopback port of its own choosing. */
export interface Emulator {
  /** `http://127.0.0.1:PORT` or `https://localhost:PORT`. */
  readonly url: string
  readonly control: CallControl
  close(): Promise<void>
}

/** PEM of a certificate for `localhost` and `127.0.0.1`, and its key. */
export interface ServerTls {
  readonly cert: string
  readonly key: string
  /** PEM of an authority; a client certificate of it is asked for, and may be missing. */
  readonly clientCa?: string
}

export interface Listening {
  readonly port: number
  readonly close: () => Promise<void>
}

/** Serves `app` on 127.0.0.1; `close` also ends what hangs. */
export async function listen(app: Express, tls?: ServerTls): Promise<Listening> {
  const server = tls
    ? https.createServer(
        { cert: tls.cert, key: tls.key, ...(tls.clientCa && { ca: tls.clientCa, requestCert: true, rejectUnauthorized: false }) },
        app,
      )
    : http.createServer(app)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close()
      server.closeAllConnections()
      if (server.listening) await once(server, 'close')
    },
  }
}
