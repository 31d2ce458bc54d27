import process from 'node:process'
import type { Logger } from '../model/logger.ts'
import type { Listening } from './listen.ts'
import { stopSignal } from './stop-signal.ts'

export interface DaemonService {
  readonly listenings: readonly Listening[]
  /** Where it is read from, for the log. */
  readonly policy: string
  /** The plugin's own socket, where it is served. */
  readonly plugin: { close(signal: AbortSignal): Promise<void> } | undefined
  /** Aborted once what runs has had its time. */
  readonly stopping: AbortController
  /** How long what runs may take to finish, in milliseconds. */
  readonly graceMs: number
  readonly logger: Logger
  /** Told of an exception that no request can be blamed for. */
  readonly onUncaught: (thrown: unknown) => void
}

/** What was aborted answers its client in a moment; after that there is nothing to wait for. */
const LAST_ANSWERS_MS = 2_000

/** Serves until SIGTERM or SIGINT, then takes nothing more and lets what runs finish. */
export async function serveUntilStopped(service: DaemonService): Promise<void> {
  const { listenings, policy, plugin, stopping, graceMs, logger, onUncaught } = service
  // Renders share nothing that is half written: to end them all for one would be the greater harm.
  process.on('uncaughtException', onUncaught)
  const stopSignalled = stopSignal()
  // Whoever reads this may send a signal at once.
  logger.info('ready', { addresses: listenings.map(({ address }) => address).join(' '), policy })
  const signal = await stopSignalled
  logger.info('stopping', { signal })
  const aborting = setTimeout(() => stopping.abort(), graceMs)
  const forcing = setTimeout(() => {
    for (const { server } of listenings) server.closeAllConnections()
  }, graceMs + LAST_ANSWERS_MS)
  await Promise.all([...listenings.map((listening) => listening.close()), plugin?.close(stopping.signal)])
  clearTimeout(aborting)
  clearTimeout(forcing)
  logger.info('stopped')
}
