import '../../api/jitless.ts'
import express from 'express'
import * as z from 'zod'
import type { TokenBucket } from '../applications/token-bucket.ts'
import { awsNames, azureNames, googleNames, type RotatedNames } from './event-names.ts'
import type { GoogleTokenCheck } from './google-token.ts'
import type { SharedSecretCheck } from './shared-secret.ts'
import type { SnsVerifier } from './sns-message.ts'
import { jsonObject, type RotationTarget, takeEvent } from './take-event.ts'

export const ROTATIONS_PATH = '/rotations'

export type RotationSender = 'plain' | 'eventbridge' | 'sns' | 'eventgrid' | 'pubsub'

export interface RotationsAppTools {
  readonly secret: SharedSecretCheck
  readonly sns: SnsVerifier | undefined
  readonly google: GoogleTokenCheck | undefined
  readonly target: () => RotationTarget | undefined
  readonly bucket: TokenBucket
  readonly onEvent: (sender: RotationSender, outcome: 'taken' | 'refused' | 'not-understood' | 'standby') => void
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
  readonly outcome: Parameters<RotationsAppTools['onEvent']>[1]
}

const REFUSED: Reply = { status: 401, outcome: 'refused' }
const NOT_UNDERSTOOD: Reply = { status: 422, outcome: 'not-understood' }
/** A cloud sends again what is not a success; what we do not care about is one. */
const TAKEN: Reply = { status: 204, outcome: 'taken' }

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
  app.post(ROTATIONS_PATH, admit, raw, async (incoming, outgoing) => {
    const body = incoming.body instanceof Uint8Array ? incoming.body : new Uint8Array()
    const sender = senderOf(incoming)
    const { status, body: answer, outcome } = await replyTo(sender, incoming, body, tools)
    tools.onEvent(sender, outcome)
    outgoing.status(status)
    if (answer) outgoing.json(answer)
    else outgoing.end()
  })
  app.use(((_error, _incoming, outgoing, _next) => {
    if (!outgoing.headersSent) outgoing.status(400).end()
  }) satisfies express.ErrorRequestHandler)
  return app
}

function senderOf({ headers }: express.Request): RotationSender {
  if (headers['x-amz-sns-message-type'] !== undefined) return 'sns'
  if (headers['aeg-event-type'] !== undefined) return 'eventgrid'
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
  if (sender !== 'eventgrid' && !tools.target()) return standby()
  if (!tools.secret.isGood(headers, body)) return REFUSED
  if (sender === 'eventgrid') return ofEventGrid(event, tools)
  const target = tools.target()
  if (!target) return standby()
  if (!event) return NOT_UNDERSTOOD
  await takeEvent(event, target)
  return TAKEN
}

async function ofSns(event: unknown, sns: SnsVerifier, tools: RotationsAppTools): Promise<Reply> {
  // Before its id is remembered: it is to come again.
  if (!tools.target()) return standby()
  const message = await sns.verified(event)
  if (!message) return REFUSED
  if (message.Type === 'SubscriptionConfirmation') return (await sns.confirm(message)) ? TAKEN : NOT_UNDERSTOOD
  return told(awsNames(jsonObject(message.Message)), tools)
}

async function ofEventGrid(event: unknown, tools: RotationsAppTools): Promise<Reply> {
  const handshake = gridHandshake.safeParse(event).data?.[0]
  if (handshake) return { status: 200, body: { validationResponse: handshake.data.validationCode }, outcome: 'taken' }
  const events: readonly unknown[] = Array.isArray(event) ? event.slice(0, MAX_EVENTS) : [event]
  if (!tools.target()) return standby()
  for (const one of events) await told(azureNames(one), tools)
  return TAKEN
}

async function told(rotated: RotatedNames | undefined, { target }: RotationsAppTools): Promise<Reply> {
  const leading = target()
  if (!leading) return standby()
  if (rotated) await leading.rotatedNames(rotated)
  return TAKEN
}

function standby(): Reply {
  return { status: 503, outcome: 'standby' }
}
