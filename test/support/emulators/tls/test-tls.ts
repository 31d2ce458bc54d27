import { readFileSync } from 'node:fs'
import type { ServerTls } from '../../emulator.ts'

/** What a server shows, and the authority by which its clients know it. */
export interface TestTls extends ServerTls {
  /** PEM of the authority of the server's and the client's certificate. */
  readonly ca: string
}

/** A client certificate of the same authority; RSA, so that it can also sign assertions for Entra ID. */
export interface TestClientCertificate {
  /** PEM. */
  readonly cert: string
  /** PEM, PKCS#8. */
  readonly key: string
  /** Both as PKCS#12 with an empty password. */
  readonly pkcs12: Uint8Array
}

/** TLS of an emulator on `localhost` or 127.0.0.1. Client certificates are not asked for: add `clientCa: ca` for that. */
export function testTls(): TestTls {
  return { cert: text('server.crt'), key: text('server.key'), ca: text('ca.crt') }
}

export function testClientCertificate(): TestClientCertificate {
  return { cert: text('client.crt'), key: text('client.key'), pkcs12: file('client.p12') }
}

/** Where the authority's PEM is, for processes that take `NODE_EXTRA_CA_CERTS` or `SSL_CERT_FILE`. */
export function testCaFile(): string {
  return new URL('ca.crt', import.meta.url).pathname
}

function text(name: string): string {
  return file(name).toString('utf8')
}

function file(name: string): Buffer {
  return readFileSync(new URL(name, import.meta.url))
}
