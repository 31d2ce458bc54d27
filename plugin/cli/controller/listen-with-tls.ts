import { readFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import https from 'node:https'
import type net from 'node:net'
import type { SecureContextOptions } from 'node:tls'
import { UsageError } from '../../config/usage-error.ts'
import type { Clock } from '../../model/clock.ts'
import type { Logger } from '../../model/logger.ts'
import { quoteName } from '../../model/quote-name.ts'

export interface TlsFiles {
  readonly certificate: string
  readonly key: string
  /** Of client certificates, which are asked for then and may be missing. */
  readonly clientCa: string | undefined
}

export interface ListeningServer {
  readonly address: string
  /** Takes no more, and cuts what waits. */
  close(): Promise<void>
}

const LOOK_AGAIN_MS = 10_000
/** For whoever sends slowly, or nothing: nobody is known yet. How long an answer takes does not count. */
const PATIENCE = { headersTimeout: 10_000, requestTimeout: 60_000, connectionsCheckingInterval: 5_000 } as const
const HANDSHAKE_MS = 10_000

/** Listens at `HOST:PORT`. Without files it is plain http, and for this machine alone. Certificates that are rotated are read again. Throws UsageError. */
export async function listenWithTls(
  flag: string,
  address: string,
  handler: RequestListener,
  { files, clock, logger }: { readonly files: TlsFiles | undefined; readonly clock: Clock; readonly logger: Logger },
): Promise<ListeningServer> {
  const [, host = '', port = ''] = /^(?:(.*):)?(\d{1,5})$/.exec(address) ?? []
  if (port === '') throw new UsageError(`${flag}: ${quoteName(address)} is no address`, 'write HOST:PORT')
  if (!files && !/^(127(\.\d{1,3}){3}|\[::1\]|localhost)$/.test(host))
    throw new UsageError(
      `${flag}: ${quoteName(address)} without a certificate`,
      'give a certificate and its key, or a loopback address',
    )
  const closing = new AbortController()
  const server = files ? await tlsServer(files, handler, closing.signal, { clock, logger }) : createServer(PATIENCE, handler)
  await listening(flag, server, { port: Number(port), ...(host !== '' && { host: host.replace(/^\[|\]$/g, '') }) })
  const bound = server.address()
  return {
    address: typeof bound === 'object' && bound ? `${bound.address}:${bound.port}` : address,
    async close() {
      closing.abort()
      const { promise, resolve } = Promise.withResolvers<void>()
      server.close(() => resolve())
      server.closeAllConnections()
      await promise
    },
  }
}

async function tlsServer(
  files: TlsFiles,
  handler: RequestListener,
  closing: AbortSignal,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Promise<https.Server> {
  const own = await readTls(files).catch(() => {
    throw new UsageError('a certificate, its key or an authority cannot be read', 'mount them')
  })
  const server = https.createServer(
    {
      ...own,
      ...PATIENCE,
      handshakeTimeout: HANDSHAKE_MS,
      requestCert: files.clientCa !== undefined,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
    },
    handler,
  )
  void followFiles()
  return server

  async function followFiles(): Promise<void> {
    let before = JSON.stringify(own)
    while (!closing.aborted) {
      await clock.sleep(LOOK_AGAIN_MS, closing).catch(() => undefined)
      const now = await readTls(files).catch(() => undefined)
      if (!now || closing.aborted || JSON.stringify(now) === before) continue
      try {
        server.setSecureContext(now)
        before = JSON.stringify(now)
      } catch {
        logger.warn('a certificate that was mounted cannot be used')
      }
    }
  }
}

async function readTls({ certificate, key, clientCa }: TlsFiles): Promise<SecureContextOptions> {
  const [cert, ownKey] = await Promise.all([readFile(certificate, 'utf8'), readFile(key, 'utf8')])
  return { cert, key: ownKey, ...(clientCa !== undefined && { ca: await readFile(clientCa, 'utf8') }) }
}

async function listening(flag: string, server: net.Server, where: net.ListenOptions): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', (error: NodeJS.ErrnoException) =>
    reject(new UsageError(`${flag}: cannot listen (${error.code ?? error.name})`, 'choose another address')),
  )
  server.listen(where, resolve)
  await promise
}
