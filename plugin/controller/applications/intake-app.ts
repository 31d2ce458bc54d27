import express from 'express'
import { asSecretError } from '../../model/secret-error.ts'
import { FLOORS_PATH, REPORTS_PATH } from '../../stores/warm/floor-exchange.ts'
import type { FloorBoard } from './floor-board.ts'
import type { PeerCheck } from './peer-authentication.ts'
import { type RenderReport, renderReport } from './report-schema.ts'
import type { TokenBucket } from './token-bucket.ts'

export type IntakePath = 'reports' | 'floors'

export interface IntakeAppTools {
  readonly isPeer: PeerCheck
  /** What a leader does with reports and floors; `undefined` while this process stands by. */
  readonly leader: () => Pick<IntakeLeader, 'board' | 'receive'> | undefined
  /** Of all reports. */
  readonly reportBucket: TokenBucket
  readonly onRequest: (path: IntakePath, status: number) => void
}

export interface IntakeLeader {
  readonly board: FloorBoard
  receive(report: RenderReport): void
}

/** A render of thousands of ExternalSecrets is reported in a few MiB. */
const MAX_BYTES = 16 * 1024 * 1024
const MAX_NAME = 200
const PATHS: ReadonlyMap<string, IntakePath> = new Map([
  [REPORTS_PATH, 'reports'],
  [FLOORS_PATH, 'floors'],
])

/** Where daemons dial in (R20): `POST /reports` and `GET /floors`. A process that stands by answers 503 and closes, so that the next call may find the leader. */
export function intakeApp(tools: IntakeAppTools): express.Express {
  const { isPeer, leader, reportBucket, onRequest } = tools
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')

  const answer = (outgoing: express.Response, path: IntakePath, status: number, body?: object): void => {
    onRequest(path, status)
    if (status === 503) outgoing.set('connection', 'close')
    outgoing.status(status)
    if (body) outgoing.json(body)
    else outgoing.end()
  }

  // Before a byte of the body is read.
  app.use(async (incoming, outgoing, next) => {
    const verdict = await isPeer(incoming).catch(asSecretError)
    if (verdict === true) return next()
    const path = PATHS.get(incoming.path)
    if (path !== undefined) onRequest(path, verdict === false ? 401 : 503)
    if (verdict === false) return outgoing.status(401).end()
    const { message, remedy } = verdict
    outgoing.status(503).set('connection', 'close').json({ message, remedy })
  })

  const admit: express.RequestHandler = (_incoming, outgoing, next) => {
    if (!leader()) return answer(outgoing, 'reports', 503)
    const waitMs = reportBucket.take()
    if (waitMs === 0) return next()
    outgoing.set('retry-after', String(Math.ceil(waitMs / 1_000)))
    answer(outgoing, 'reports', 429)
  }
  app.post(REPORTS_PATH, admit, express.json({ limit: MAX_BYTES, inflate: false }), (incoming, outgoing) => {
    const { data } = renderReport.safeParse(incoming.body)
    const leading = leader()
    if (!data || !leading) return answer(outgoing, 'reports', data ? 503 : 422)
    leading.receive(data)
    answer(outgoing, 'reports', 204)
  })

  app.get(FLOORS_PATH, async (incoming, outgoing) => {
    const leading = leader()
    if (!leading) return answer(outgoing, 'floors', 503)
    const { after, daemon, away } = incoming.query
    if (typeof after !== 'string' || typeof daemon !== 'string' || daemon === '' || daemon.length > MAX_NAME)
      return answer(outgoing, 'floors', 422)
    const gone = new AbortController()
    outgoing.once('close', () => gone.abort())
    const body = await leading.board.answer({ after, daemon, isAway: away === '1' }, gone.signal)
    if (!gone.signal.aborted) answer(outgoing, 'floors', 200, body)
  })

  app.use(((_error, _incoming, outgoing, _next) => {
    if (!outgoing.headersSent) answer(outgoing, 'reports', 400)
  }) satisfies express.ErrorRequestHandler)
  return app
}
