import '../../api/jitless.ts'
import { createHash } from 'node:crypto'
import express from 'express'
import * as z from 'zod'
import type { Logger } from '../../model/logger.ts'
import { asSecretError } from '../../model/secret-error.ts'
import type { TokenBucket } from '../applications/token-bucket.ts'
import { awsNames, azureNames, googleNames } from './event-names.ts'
import type { GoogleTokenCheck } from './google-token.ts'
import { jsonObject, type Rotation, rotationsIn } from './rotation.ts'
import type { RotationIntake } from './rotation-intake.ts'
import { SeenEvents } from './seen-events.ts'
import type { SharedSecretCheck } from './shared-secret.ts'
import { confirmationUrl, type SnsMessage, type SnsVerifier } from './sns-message.ts'

export const ROTATIONS_PATH = '/rotations'

export type RotationSender = 'plain' | 'eventbridge' | 'sns' | 'eventgrid' | 'pubsub'

/** `standby`: another leads; `failed`: it could not be taken. Both ask for it again. */
export type RotationOutcome = 'taken' | 'refused' | 'not-understood' | 'standby' | 'failed'

export interface RotationsAppTools {
  readonly secret: SharedSecretCheck
  readonly sns: SnsVerifier | undefined
  readonly google: GoogleTokenCheck | undefined
  /** Undefined while another would have to be told. */
  readonly intake: () => RotationIntake | undefined
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

interface Reply {
  readonly status: number
  readonly body?: object
  readonly outcome: RotationOutcome
}

/** What somebody says who has proven who it is. */
interface Said {
  /** Of which there is one for one event; undefined where the sender gives none. */
  readonly id: string | undefined
  readonly act: () => Promise<Reply>
}

const REFUSED: Reply = { status: 401, outcome: 'refused' }
const NOT_UNDERSTOOD: Reply = { status: 422, outcome: 'not-understood' }
/** A cloud sends again what is not a success; what we do not care about is one. */
const TAKEN: Reply = { status: 204, outcome: 'taken' }
/** Clouds give up what was answered with 4xx (Event Grid, message delivery and retry; SNS, delivery retries), and send again what was answered with 5xx. */
const FAILED: Reply = { status: 500, outcome: 'failed' }
const STANDBY: Reply = { status: 503, outcome: 'standby' }
/** Its first request may still fail: whoever sends it again meanwhile is not to give it up. */
const UNDER_WAY: Reply = { status: 503, outcome: 'failed' }

/** Event Grid, in every cloud of Azure. */
const GRID_ORIGIN = /^eventgrid\.azure\.[a-z]{2,3}$/

/** `POST /rotations`: who proves who it is may say which secrets changed. The answer tells nothing of who uses them. */
export function rotationsApp(tools: RotationsAppTools): express.Express {
  const app = express()
  const seen = new SeenEvents()
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
    const reply = await replyTo(sender, incoming, body, tools, seen).catch((thrown: unknown) => failed(sender, thrown))
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
  incoming: express.Request,
  body: Uint8Array,
  tools: RotationsAppTools,
  seen: SeenEvents,
): Promise<Reply> {
  const said = await proven(sender, incoming, body, tools)
  if (!said) return REFUSED
  return said.id === undefined ? await said.act() : await once(said.id, said.act, seen)
}

/** What was not taken is to come again as it was, maybe to another process: it does not count as seen. */
async function once(id: string, act: () => Promise<Reply>, seen: SeenEvents): Promise<Reply> {
  const claim = seen.claim(id)
  if (claim !== 'first') return claim === 'taken' ? REFUSED : UNDER_WAY
  let isTaken = false
  try {
    const reply = await act()
    isTaken = reply.status < 500
    return reply
  } finally {
    if (isTaken) seen.settle(id)
    else seen.release(id)
  }
}

/** `undefined` for whoever cannot prove who it is. */
async function proven(
  sender: RotationSender,
  { headers }: express.Request,
  body: Uint8Array,
  tools: RotationsAppTools,
): Promise<Said | undefined> {
  const event = jsonObject(new TextDecoder().decode(body))
  if (sender === 'sns') return tools.sns && (await ofSns(event, tools.sns, tools))
  if (sender === 'pubsub') {
    const isGood = await tools.google?.isGood(headers.authorization)
    return isGood ? { id: undefined, act: () => tell([googleNames(event)], undefined, tools) } : undefined
  }
  const proof = tools.secret.proofOf(headers, body)
  if (!proof) return undefined
  const id = proof.signature === undefined ? undefined : idOf(proof.signature)
  if (sender === 'eventgrid') return { id, act: () => ofEventGrid(event, id, tools) }
  return { id, act: async () => (event ? tell(rotationsIn(event), id, tools) : NOT_UNDERSTOOD) }
}

async function ofSns(event: unknown, sns: SnsVerifier, tools: RotationsAppTools): Promise<Said | undefined> {
  const message = await sns.verified(event)
  if (!message) return undefined
  const id = idOf(`sns ${message.MessageId}`)
  if (message.Type === 'SubscriptionConfirmation') return { id, act: () => confirmed(message, sns) }
  return { id, act: () => tell([awsNames(jsonObject(message.Message))], id, tools) }
}

async function confirmed(message: SnsMessage, sns: SnsVerifier): Promise<Reply> {
  const url = confirmationUrl(message)
  if (!url) return NOT_UNDERSTOOD
  await sns.confirm(url)
  return TAKEN
}

async function ofEventGrid(event: unknown, id: string | undefined, tools: RotationsAppTools): Promise<Reply> {
  const handshake = gridHandshake.safeParse(event).data?.[0]
  if (handshake) return { status: 200, body: { validationResponse: handshake.data.validationCode }, outcome: 'taken' }
  const events: readonly unknown[] = Array.isArray(event) ? event.slice(0, MAX_EVENTS) : [event]
  return tell(events.map(azureNames), id, tools)
}

async function tell(
  said: readonly (Rotation | undefined)[],
  id: string | undefined,
  { intake }: RotationsAppTools,
): Promise<Reply> {
  const taking = intake()
  if (!taking) return STANDBY
  const rotations = said.filter((rotation) => rotation !== undefined)
  if (rotations.length === 0) return TAKEN
  return (await taking.take(rotations, id)) === 'known' ? REFUSED : TAKEN
}

/** Short, and tells nothing of what it is the id of. */
function idOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 16)
}
