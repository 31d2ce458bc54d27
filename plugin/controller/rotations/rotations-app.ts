import '../../api/jitless.ts'
import express from 'express'
import * as z from 'zod'
import type { Logger } from '../../model/logger.ts'
import { asSecretError } from '../../model/secret-error.ts'
import type { TokenBucket } from '../applications/token-bucket.ts'
import { awsNames, azureNames, googleNames, type RotatedNames } from './event-names.ts'
import type { GoogleTokenCheck } from './google-token.ts'
import type { SharedSecretCheck } from './shared-secret.ts'
import { confirmationUrl, type SnsMessage, type SnsVerifier } from './sns-message.ts'
import { jsonObject, type RotationTarget, takeEvent } from './take-event.ts'

export const ROTATIONS_PATH = '/rotations'

export type RotationSender = 'plain' | 'eventbridge' | 'sns' | 'eventgrid' | 'pubsub'

/** `standby`: another leads; `failed`: it could not be taken. Both ask for it again. */
export type RotationOutcome = 'taken' | 'refused' | 'not-understood' | 'standby' | 'failed'

export interface RotationsAppTools {
  readonly secret: SharedSecretCheck
  readonly sns: SnsVerifier | undefined
  readonly google: GoogleTokenCheck | undefined
  readonly target: () => RotationTarget | undefined
  readonly bucket: TokenBucket
  readonly logger: Pick<Logger, 'warn'>
  readonly onEvent: (sender: RotationSender, outcome: RotationOutcome) => void
}

/** Larger than every event of the clouds (256 KiB), with what base64 adds. */
const MAX_BYTES = 512 * 1024
/** Of one delivery of Event Grid. */
const MAX_EVENTS = 1_000

const gridHandshake = z.array(
  z.object({
    eventType: z.literal('Microsoft.EventGrid.SubscriptionValidationEvent'),
    data: z.object({ validationCode: z.string() }),
  }),
)

/** One answer, and what is left to do. */
interface Reply {
  readonly status: number
  readonly body?: object
  readonly outcome: RotationOutcome
}

const REFUSED: Reply = { status: 401, outcome: 'refused' }
const NOT_UNDERSTOOD: Reply = { status: 422, outcome: 'not-understood' }
/** A cloud sends again what is not a success; what we do not care about is one. */
const TAKEN: Reply = { status: 204, outcome: 'taken' }
/** Clouds give up what was answered with 4xx (Event Grid, message delivery and retry; SNS, delivery retries), and send again what was answered with 5xx. */
const FAILED: Reply = { status: 500, outcome: 'failed' }
const STANDBY: Reply = { status: 503, outcome: 'standby' }

/** Event Grid, in every cloud of Azure. */
const GRID_ORIGIN = /^eventgrid\.azure\.[a-z]{2,3}$/

/** `POST /rotations`: who proves who it is may say which secrets changed. The answer tells nothing of who uses them. */
export function rotationsApp(tools: RotationsAppTools): express.Express {
  const app = express()
  app.disable('x-powered-by')
  const admit: express.RequestHandler = (_incoming, outgoing, next) => {
    const waitMs = tools.bucket.take()
    if (waitMs === 0) next()
    else
      outgoing
        .status(429)
        .set('retry-after', String(Math.ceil(waitMs / 1_000)))
        .end()
  }
  const raw = express.raw({ limit: MAX_BYTES, type: () => true, inflate: false })
  // Told once until an event is taken again: who is not let in may bring it about, too.
  let isFailing = false
  const failed = (sender: RotationSender, thrown: unknown): Reply => {
    const { kind, message, remedy } = asSecretError(thrown)
    const fields = { sender, kind, failure: message, ...(remedy !== undefined && { remedy }) }
    if (!isFailing) tools.logger.warn('an event of a provider could not be taken; it is asked for again', fields)
    isFailing = true
    return FAILED
  }
  app.post(ROTATIONS_PATH, admit, raw, async (incoming, outgoing) => {
    const body = incoming.body instanceof Uint8Array ? incoming.body : new Uint8Array()
    const sender = senderOf(incoming)
    const reply = await replyTo(sender, incoming, body, tools).catch((thrown: unknown) => failed(sender, thrown))
    if (reply.outcome === 'taken') isFailing = false
    tools.onEvent(sender, reply.outcome)
    outgoing.status(reply.status)
    if (reply.body) outgoing.json(reply.body)
    else outgoing.end()
  })
  // How Event Grid asks whether it may send events of the schema of CloudEvents (CloudEvents, HTTP 1.1 web hooks, 4): it says nothing of who sends them.
  app.options(ROTATIONS_PATH, admit, ({ headers }, outgoing) => {
    const origin = headers['webhook-request-origin']
    if (typeof origin !== 'string' || !GRID_ORIGIN.test(origin)) outgoing.status(403).end()
    else outgoing.set({ allow: 'POST', 'webhook-allowed-origin': origin, 'webhook-allowed-rate': '*' }).end()
  })
  app.use(((_error, _incoming, outgoing, _next) => {
    if (!outgoing.headersSent) outgoing.status(400).end()
  }) satisfies express.ErrorRequestHandler)
  return app
}

function senderOf({ headers }: express.Request): RotationSender {
  if (headers['x-amz-sns-message-type'] !== undefined) return 'sns'
  if (headers['aeg-event-type'] !== undefined || headers['content-type']?.startsWith('application/cloudevents'))
    return 'eventgrid'
  // The token of an account of Google is a JWT; a shared secret is none.
  if (/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/.test(headers.authorization ?? '')) return 'pubsub'
  return headers['x-rotation-signature'] === undefined && headers['x-api-key'] !== undefined ? 'eventbridge' : 'plain'
}

async function replyTo(
  sender: RotationSender,
  { headers }: express.Request,
  body: Uint8Array,
  tools: RotationsAppTools,
): Promise<Reply> {
  const event = jsonObject(new TextDecoder().decode(body))
  if (sender === 'sns') return tools.sns ? ofSns(event, tools.sns, tools) : REFUSED
  if (sender === 'pubsub') {
    if (!(await tools.google?.isGood(headers.authorization))) return REFUSED
    return told(googleNames(event), tools)
  }
  // Before its signature is remembered: it is to come again, and another may lead then. A handshake is answered by everybody.
  if (sender !== 'eventgrid' && !tools.target()) return STANDBY
  if (!tools.secret.isGood(headers, body)) return REFUSED
  return await orForgotten(
    () => (sender === 'eventgrid' ? ofEventGrid(event, tools) : ofAnybody(event, tools)),
    () => tools.secret.forget(headers),
  )
}

/** What was not taken is to come again as it was: it does not count as seen. */
async function orForgotten(take: () => Promise<Reply>, forget: () => void): Promise<Reply> {
  let isTaken = false
  try {
    const reply = await take()
    isTaken = reply.status < 500
    return reply
  } finally {
    if (!isTaken) forget()
  }
}

async function ofAnybody(event: object | undefined, { target }: RotationsAppTools): Promise<Reply> {
  const leading = target()
  if (!leading) return STANDBY
  if (!event) return NOT_UNDERSTOOD
  await takeEvent(event, leading)
  return TAKEN
}

async function ofSns(event: unknown, sns: SnsVerifier, tools: RotationsAppTools): Promise<Reply> {
  // Before its id is remembered: it is to come again.
  if (!tools.target()) return STANDBY
  const message = await sns.verified(event)
  if (!message) return REFUSED
  return await orForgotten(
    () =>
      message.Type === 'SubscriptionConfirmation' ? confirmed(message, sns) : told(awsNames(jsonObject(message.Message)), tools),
    () => sns.forget(message),
  )
}

async function confirmed(message: SnsMessage, sns: SnsVerifier): Promise<Reply> {
  const url = confirmationUrl(message)
  if (!url) return NOT_UNDERSTOOD
  await sns.confirm(url)
  return TAKEN
}

async function ofEventGrid(event: unknown, tools: RotationsAppTools): Promise<Reply> {
  const handshake = gridHandshake.safeParse(event).data?.[0]
  if (handshake) return { status: 200, body: { validationResponse: handshake.data.validationCode }, outcome: 'taken' }
  const events: readonly unknown[] = Array.isArray(event) ? event.slice(0, MAX_EVENTS) : [event]
  let reply: Reply = tools.target() ? TAKEN : STANDBY
  for (const one of events) if (reply === TAKEN) reply = await told(azureNames(one), tools)
  return reply
}

async function told(rotated: RotatedNames | undefined, { target }: RotationsAppTools): Promise<Reply> {
  const leading = target()
  if (!leading) return STANDBY
  if (rotated) await leading.rotatedNames(rotated)
  return TAKEN
}
