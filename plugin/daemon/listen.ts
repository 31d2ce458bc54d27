import { chmod, lstat, mkdir, rm } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import net from 'node:net'
import path from 'node:path'
import { UsageError } from '../config/usage-error.ts'
import { quoteName } from '../model/quote-name.ts'

export interface Listening {
  readonly server: Server
  /** The path of a socket, or `HOST:PORT`. */
  readonly address: string
  /** Takes no more, and resolves once all that runs has been answered. */
  close(): Promise<void>
}

/** Only their owner may enter: Node cannot tell who connects (R20). */
const FOLDER_MODE = 0o700

/** Listens at a unix socket in a folder of its own. Throws UsageError for a folder that others may enter, or a socket that is in use. */
export async function listenOnSocket(file: string, handler: RequestListener): Promise<Listening> {
  const folder = path.dirname(file)
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE })
  await checkFolder(folder)
  if (await isInUse(file))
    throw new UsageError(`--socket: another process listens at ${quoteName(file)}`, 'stop it, or name another socket')
  await removeStale(file)
  const server = createServer(handler)
  await listening(server, file)
  await chmod(file, 0o600)
  return closable(server)
}

/** Listens at `HOST:PORT`, `:PORT` or `PORT`. Throws UsageError. */
export async function listenOnPort(address: string, handler: RequestListener): Promise<Listening> {
  const [, host = '', port = ''] = /^(?:(.*):)?(\d{1,5})$/.exec(address) ?? []
  if (port === '') throw new UsageError(`--listen: ${quoteName(address)} is no address`, 'write HOST:PORT, such as 0.0.0.0:8080')
  const server = createServer(handler)
  await listening(server, { port: Number(port), ...(host !== '' && { host: host.replace(/^\[|\]$/g, '') }) })
  return closable(server)
}

async function checkFolder(folder: string): Promise<void> {
  const facts = await lstat(folder)
  const own = process.getuid?.()
  if ((facts.mode & 0o077) === 0 && (own === undefined || facts.uid === own)) return
  throw new UsageError(
    `--socket: ${quoteName(folder)} can be entered by others (mode ${(facts.mode & 0o777).toString(8)}, owner ${facts.uid})`,
    'give the socket a folder of its own with mode 0700, owned by the user of this process',
  )
}

/** What a daemon that died left behind; nothing else is ever removed. */
async function removeStale(file: string): Promise<void> {
  const facts = await lstat(file).catch(() => undefined)
  if (facts && !facts.isSocket())
    throw new UsageError(`--socket: ${quoteName(file)} is there already, and is no socket`, 'name another file')
  await rm(file, { force: true })
}

async function isInUse(file: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const probe = net.connect(file)
  probe.once('connect', () => resolve(true))
  probe.once('error', () => resolve(false))
  return promise.finally(() => probe.destroy())
}

async function listening(server: Server, where: string | net.ListenOptions): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', (error: NodeJS.ErrnoException) =>
    reject(new UsageError(`cannot listen (${error.code ?? error.name})`, 'see --socket and --listen')),
  )
  server.listen(where, resolve)
  await promise
}

function closable(server: Server): Listening {
  return {
    server,
    address: addressOf(server),
    async close() {
      const { promise, resolve } = Promise.withResolvers<void>()
      server.close(() => resolve())
      server.closeIdleConnections()
      await promise
    },
  }
}

function addressOf(server: Server): string {
  const address = server.address()
  return typeof address === 'string' || address === null ? (address ?? '') : `${address.address}:${address.port}`
}
