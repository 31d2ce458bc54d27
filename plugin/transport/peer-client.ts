import { readFile } from 'node:fs/promises'
import type { Clock } from '../model/clock.ts'
import type { Logger } from '../model/logger.ts'
import { createHttpClient, type HttpAnswer, type HttpClient } from '../providers/http-client.ts'

/** Mounted files, by absolute path; each may be absent. */
export interface PeerFiles {
  /** PEM of the authority of the peer's certificate; without it those of the system. */
  readonly ca?: string | undefined
  /** PEM of our certificate and of its key. */
  readonly certificate?: string | undefined
  readonly key?: string | undefined
  /** A bearer token. */
  readonly token?: string | undefined
}

export interface PeerClientOptions {
  readonly url: URL
  readonly files: PeerFiles
  /** For proxies. */
  readonly environment: ReadonlyMap<string, string>
  readonly clock: Pick<Clock, 'now'>
  readonly logger: Logger
}

export interface PeerRequest {
  readonly method: 'GET' | 'POST' | 'PATCH'
  /** Begins with `/`; joined to the path of the peer's URL. */
  readonly path: string
  /** JSON. */
  readonly body?: string | undefined
  readonly signal: AbortSignal
}

export interface PeerClient {
  /** Any status is an answer. Throws SecretError when there is none. */
  send(request: PeerRequest): Promise<HttpAnswer>
  close(): void
}

/** How long what was read of the files is used, in milliseconds: the kubelet changes a mounted Secret within a minute or so. */
const LOOK_AGAIN_MS = 5_000

interface Contents {
  readonly ca: string | undefined
  readonly certificate: string | undefined
  readonly key: string | undefined
  readonly token: string | undefined
}

/** A client whose files are read again while it is used. Throws the file's error when one cannot be read at first; later what was read before stays. */
export async function openPeerClient(options: PeerClientOptions): Promise<PeerClient> {
  const { files, clock, logger } = options
  let contents = await readContents(files)
  let http = httpClient(options, contents)
  let readAtMs = clock.now()
  let isBroken = false

  async function lookAgain(): Promise<void> {
    const ageMs = clock.now() - readAtMs
    if (ageMs >= 0 && ageMs < LOOK_AGAIN_MS) return
    readAtMs = clock.now()
    try {
      const now = await readContents(files)
      isBroken = false
      // What is under way keeps its connection, which ends with the peer's patience.
      if (isOtherTls(contents, now)) http = httpClient(options, now)
      contents = now
    } catch {
      if (!isBroken) logger.warn('credentials of a connection cannot be read again', { peer: options.url.host })
      isBroken = true
    }
  }

  return {
    async send({ method, path, body, signal }) {
      await lookAgain()
      const url = new URL(options.url)
      const [name = '', query = ''] = path.split('?')
      url.pathname = url.pathname.replace(/\/$/, '') + name
      url.search = query
      const headers = {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
        ...(contents.token !== undefined && { authorization: `Bearer ${contents.token}` }),
      }
      return http.send({ method, url, headers, body, signal })
    },
    close: () => http.close(),
  }
}

function httpClient({ environment }: PeerClientOptions, { ca, certificate, key }: Contents): HttpClient {
  return createHttpClient({
    environment,
    ...(ca !== undefined && { ca }),
    ...(certificate !== undefined && key !== undefined && { clientCertificate: { cert: certificate, key } }),
  })
}

async function readContents({ ca, certificate, key, token }: PeerFiles): Promise<Contents> {
  const text = async (file: string | undefined): Promise<string | undefined> =>
    file === undefined ? undefined : readFile(file, 'utf8')
  const [authority, cert, ownKey, bearer] = await Promise.all([ca, certificate, key, token].map(text))
  return { ca: authority, certificate: cert, key: ownKey, token: bearer?.trim() }
}

function isOtherTls(before: Contents, now: Contents): boolean {
  return before.ca !== now.ca || before.certificate !== now.certificate || before.key !== now.key
}
