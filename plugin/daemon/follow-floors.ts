import type { Clock } from '../model/clock.ts'
import type { Logger } from '../model/logger.ts'
import type { Random } from '../model/random.ts'
import { FLOORS_PATH, FLOORS_WAIT_MS, type FloorsAnswer, floorsAnswer } from '../stores/warm/floor-exchange.ts'
import type { FloorTable } from '../stores/warm/floor-table.ts'
import type { PeerClient } from '../transport/peer-client.ts'

export interface FollowFloorsTools {
  readonly client: Pick<PeerClient, 'send'>
  readonly table: FloorTable
  /** Names this process among the daemons. */
  readonly daemon: string
  readonly clock: Clock
  readonly random: Pick<Random, 'fraction'>
  readonly logger: Logger
  /** Another one leads than before, or the first. */
  readonly onLeader: () => void
  /** Reads again what was told, which must not take long; `away` when a provider could not be asked. */
  readonly onFloors: (floors: FloorsAnswer['floors'], signal: AbortSignal) => Promise<'read' | 'away'>
}

/** The controller answers earlier; without an answer by then the connection is dead. */
const PATIENCE_MS = FLOORS_WAIT_MS + 15_000
const FIRST_DELAY_MS = 500
const MAX_DELAY_MS = 15_000
const LEAST_WAIT_MS = 1_000
/** Less than the controller waits for the confirmation. */
const REREAD_MS = 6_000

const REFUSED_REMEDY = 'see --controller-token or --controller-certificate here, and what the log of the controller says of it'

/** Asks for version floors again and again, and puts them in force, until `signal` is aborted. Each question confirms the answer before. Never rejects. */
export async function followFloors(tools: FollowFloorsTools, signal: AbortSignal): Promise<void> {
  const { table, clock, random, logger } = tools
  let cursor = ''
  let leader = ''
  let delayMs = FIRST_DELAY_MS
  let isAway = false
  let isRefused = false
  while (!signal.aborted) {
    const askedAtMs = clock.now()
    const answer = await askOnce(tools, { cursor, isAway }, signal)
    if (typeof answer === 'object') {
      isRefused = false
      if (!table.isConnected) logger.info('connected to the controller', { watched: answer.watched.length })
      table.apply(answer)
      if (answer.leader !== leader) tools.onLeader()
      leader = answer.leader
      const isNews = answer.cursor !== cursor
      // The question confirms it: by then what is rendered finds the new values here.
      if (answer.floors.length > 0) {
        const limit = AbortSignal.any([signal, AbortSignal.timeout(REREAD_MS)])
        isAway = (await tools.onFloors(answer.floors, limit)) === 'away'
      }
      cursor = answer.cursor
      delayMs = FIRST_DELAY_MS
      // Whoever answers at once without news would be asked without end.
      if (!isNews && clock.now() - askedAtMs < LEAST_WAIT_MS) await clock.sleep(LEAST_WAIT_MS, signal).catch(() => undefined)
      continue
    }
    if (signal.aborted) return
    if (answer === 'refused' && !isRefused) logger.warn('the controller does not let this daemon in', { remedy: REFUSED_REMEDY })
    isRefused ||= answer === 'refused'
    if (table.isConnected) logger.warn('the controller is away: values are kept for the short time')
    table.lost()
    await clock.sleep(delayMs * (0.5 + random.fraction() / 2), signal).catch(() => undefined)
    delayMs = Math.min(delayMs * 2, MAX_DELAY_MS)
  }
}

/** `undefined` for everything else that is no answer of a controller that leads. */
async function askOnce(
  { client, daemon }: FollowFloorsTools,
  { cursor, isAway }: { readonly cursor: string; readonly isAway: boolean },
  signal: AbortSignal,
): Promise<FloorsAnswer | 'refused' | undefined> {
  try {
    const query = new URLSearchParams({ after: cursor, daemon, ...(isAway && { away: '1' }) })
    const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)])
    const { status, body } = await client.send({ method: 'GET', path: `${FLOORS_PATH}?${query.toString()}`, signal: patience })
    if (status !== 200) return status === 401 ? 'refused' : undefined
    return floorsAnswer.safeParse(JSON.parse(new TextDecoder().decode(body))).data
  } catch {
    return undefined
  }
}
