import '../../api/jitless.ts'
import express from 'express'
import * as z from 'zod'
import { failureFields } from '../../model/failure-fields.ts'
import type { Logger } from '../../model/logger.ts'
import type { TokenBucket } from '../applications/token-bucket.ts'
import { idOfEvent, shortId } from './event-id.ts'
import { awsNames, azureNames, googleNames } from './event-names.ts'
import type { GoogleTokenCheck } from './google-token.ts'
import { readBody, StrangersBodies } from './read-body.ts'
import { jsonObject, type Rotation, rotationsIn } from './rotation.ts'
import type { RotationIntake } from './rotation-intake.ts'
import { SeenEvents } from './seen-events.ts'
import { type SharedSecretCheck, SIGNATURE_HEADER } from './shared-secret.ts'
import { confirmationUrl, type SnsMessage, type SnsVerifier } from './sns-message.ts'

export const ROTATIONS_PATH = '/rotations'

export type RotationSender = 'plain' | 'eventbridge' | 'sns' | 'eventgrid' | 'pubsub'

/** `standby`: another leads; `failed`: it could not be taken; `throttled`: too many come. All three ask for it again. */
export type RotationOutcome = 'taken' | 'refused' | 'not-understood' | 'standby' | 'failed' | 'throttled'

export interface RotationsAppTools {
  readonly secret: SharedSecretCheck
  readonly sns: SnsVerifier | undefined
  readonly google: GoogleTokenCheck | undefined
  /** Undefined while another would have to be told. */
  readonly intake: () => RotationIntake | undefined
  /** Of those who have proven who they are: nobody else takes of it. */
  readonly bucket: TokenBucket
  /** Of those whose body has to prove it, and does not. While it is empty, only short bodies are looked at. */
  readonly strangers: TokenBucket
  readonly logger: Pick<Logger, 'warn'>
  readonly onEvent: (sender: RotationSender, outcome: RotationOutcome) => void
}

/** Larger than every event that has to prove itself (SNS, 256 KiB), with what base64 adds. */
const MAX_BYTES = 512 * 1024
/** Of who is let in before: Event Grid brings several events at once where it is told to, up to a MiB (Event Grid, output batching). */
const MAX_PROVEN_BYTES = 1_536 * 1024
/** Larger than events are that somebody signs, who name a secret or a few: to check so much costs no more than the request itself. */
const SHORT_BYTES = 16 * 1024
/** Of {@link MAX_BYTES} each. */
const STRANGERS_AT_ONCE = 64

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
  /** When to come again, in milliseconds. */
  readonly afterMs?: number
}

/** What somebody says who has proven who it is. */
interface Said {
  readonly sender: RotationSender
  /** Of which there is one for one event; undefined where the sender gives none. */
  readonly id: string | undefined
  /** When it was taken before. */
  readonly known: Reply
  readonly act: () => Promise<Reply>
}

const REFUSED: Reply = { status: 401, outcome: 'refused' }
const TOO_LONG: Reply = { status: 413, outcome: 'refused' }
const NOT_UNDERSTOOD: Reply = { status: 422, outcome: 'not-understood' }
/** A cloud sends again what is not a success; what we do not care about is one. */
const TAKEN: Reply = { status: 204, outcome: 'taken' }
/** Clouds give up what was answered with 4xx (Event Grid, message delivery and retry; SNS, delivery retries), and send again what was answered with 5xx. */
const FAILED: Reply = { status: 500, outcome: 'failed' }
const STANDBY: Reply = { status: 503, outcome: 'standby' }
/** Its first request may still fail: whoever sends it again meanwhile is not to give it up. */
const UNDER_WAY: Reply = { status: 503, outcome: 'failed' }
const COME_AGAIN: ReadonlySet<RotationOutcome> = new Set(['standby', 'failed', 'throttled'])

/** Event Grid, in every cloud of Azure. */
const GRID_ORIGIN = /^eventgrid\.azure\.[a-z]{2,3}$/

/** `POST /rotations`: who proves who it is may say which secrets changed. The answer tells nothing of who uses them. */
export function rotationsApp(tools: RotationsAppTools): express.Express {
  const app = express()
  const hearing: Hearing = { ...tools, seen: new SeenEvents(), bodies: new StrangersBodies(STRANGERS_AT_ONCE) }
  app.disable('x-powered-by')
  // Told once until an event is taken again: who is not let in may bring it about, too.
  let isFailing = false
  const failed = (sender: RotationSender, thrown: unknown): Reply => {
    const fields = { sender, ...failureFields(thrown) }
    if (!isFailing) tools.logger.warn('an event of a provider could not be taken; it is asked for again', fields)
    isFailing = true
    return FAILED
  }
  app.post(ROTATIONS_PATH, async (incoming, outgoing) => {
    const sender = senderOf(incoming)
    const reply = await replyTo(sender, incoming, hearing).catch((thrown: unknown) => failed(sender, thrown))
    if (reply.outcome === 'taken') isFailing = false
    tools.onEvent(sender, reply.outcome)
    outgoing.status(reply.status)
    if (reply.afterMs !== undefined) outgoing.set('retry-after', String(Math.ceil(reply.afterMs / 1_000)))
    if (reply.body) outgoing.json(reply.body)
    else outgoing.end()
  })
  // How Event Grid asks whether it may send events of the schema of CloudEvents (CloudEvents, HTTP 1.1 web hooks, 4): it says nothing of who sends them.
  app.options(ROTATIONS_PATH, ({ headers }, outgoing) => {
    const origin = headers['webhook-request-origin']
    if (typeof origin !== 'string' || !GRID_ORIGIN.test(origin)) outgoing.status(403).end()
    else outgoing.set({ allow: 'POST', 'webhook-allowed-origin': origin, 'webhook-allowed-rate': '*' }).end()
  })
  app.use(((_error, _incoming, outgoing, _next) => {
    if (!outgoing.headersSent) outgoing.status(400).end()
  }) satisfies express.ErrorRequestHandler)
  return app
}

/** What requests share. */
interface Hearing extends RotationsAppTools {
  readonly seen: SeenEvents
  readonly bodies: StrangersBodies
}

function senderOf({ headers }: express.Request): RotationSender {
  if (headers['x-amz-sns-message-type'] !== undefined) return 'sns'
  if (headers['aeg-event-type'] !== undefined || headers['content-type']?.startsWith('application/cloudevents'))
    return 'eventgrid'
  // The token of an account of Google is a JWT; a shared secret is none.
  if (/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/.test(headers.authorization ?? '')) return 'pubsub'
  return headers[SIGNATURE_HEADER] === undefined && headers['x-api-key'] !== undefined ? 'eventbridge' : 'plain'
}

async function replyTo(sender: RotationSender, incoming: express.Request, hearing: Hearing): Promise<Reply> {
  const proof = await proofInHead(sender, incoming, hearing)
  if (proof === 'in-body') return replyToStranger(sender, incoming, hearing)
  const body = await readBody(incoming, proof === 'good' ? MAX_PROVEN_BYTES : 0)
  if (proof === 'none') return REFUSED
  if (!(body instanceof Uint8Array)) return TOO_LONG
  return replyToSaid(saidIn(sender, body, hearing), hearing)
}

/** What costs next to nothing comes first: whether somebody is let in, before its body is read where that can be told. */
async function proofInHead(
  sender: RotationSender,
  { headers }: express.Request,
  { secret, sns, google }: Hearing,
): Promise<'good' | 'none' | 'in-body'> {
  if (sender === 'sns') return sns ? 'in-body' : 'none'
  if (sender === 'pubsub') return (await google?.isGood(headers.authorization)) ? 'good' : 'none'
  const shown = secret.shownBy(headers)
  return shown === 'secret' ? 'good' : shown === 'signature' ? 'in-body' : 'none'
}

async function replyToStranger(sender: RotationSender, incoming: express.Request, hearing: Hearing): Promise<Reply> {
  const waitMs = hearing.strangers.take()
  const body = await hearing.bodies.read(incoming, waitMs > 0 ? SHORT_BYTES : MAX_BYTES)
  if (!(body instanceof Uint8Array)) return waitMs > 0 ? throttled(sender, waitMs) : TOO_LONG
  const said = await saidByStranger(sender, incoming, body, hearing)
  if (!said) return REFUSED
  if (waitMs === 0) hearing.strangers.giveBack()
  return replyToSaid(said, hearing)
}

/** `undefined` where its signature is none. */
async function saidByStranger(
  sender: RotationSender,
  { headers }: express.Request,
  body: Uint8Array,
  hearing: Hearing,
): Promise<Said | undefined> {
  if (sender === 'sns') {
    const message = await hearing.sns?.verified(jsonObject(new TextDecoder().decode(body)))
    return message && saidBySns(message, hearing)
  }
  if (!hearing.secret.isSigned(headers, body)) return undefined
  return saidIn(sender, body, hearing, shortId(String(headers[SIGNATURE_HEADER])))
}

/** A signature counts once, and whoever shows it again is refused; a cloud that sends an event again has not heard that it was taken. */
function saidIn(sender: RotationSender, body: Uint8Array, hearing: Hearing, idOfSignature?: string): Said {
  const event = jsonObject(new TextDecoder().decode(body))
  const id = idOfSignature ?? idOfEvent(event)
  const known = idOfSignature === undefined ? TAKEN : REFUSED
  const tellOf = (said: readonly (Rotation | undefined)[]): Promise<Reply> => tell(said, { id, known }, hearing)
  const act = async (): Promise<Reply> => {
    if (sender === 'eventgrid') return handshakeOf(event) ?? tellOf(gridEvents(event).map(azureNames))
    if (sender === 'pubsub') return tellOf([googleNames(event)])
    return event ? tellOf(rotationsIn(event)) : NOT_UNDERSTOOD
  }
  return { sender, id, known, act }
}

function saidBySns(message: SnsMessage, hearing: Hearing): Said {
  const event = jsonObject(message.Message)
  const id = idOfEvent(event) ?? shortId(`sns ${message.MessageId}`)
  const act = async (): Promise<Reply> => {
    if (message.Type === 'SubscriptionConfirmation') return confirmed(message, hearing)
    if (message.Type === 'Notification') return tell([awsNames(event)], { id, known: TAKEN }, hearing)
    hearing.logger.warn('the subscription of a topic has ended: no event of it comes any more', {
      topic: message.TopicArn,
      remedy: 'subscribe again, and let the subscription be ended with a login alone (AuthenticateOnUnsubscribe)',
    })
    return TAKEN
  }
  return { sender: 'sns', id, known: TAKEN, act }
}

/** What was not taken is to come again as it was, maybe to another process: it does not count as seen. */
async function replyToSaid({ sender, id, known, act }: Said, { seen, bucket }: Hearing): Promise<Reply> {
  const claim = id === undefined ? 'first' : seen.claim(id)
  if (claim !== 'first') return claim === 'taken' ? known : UNDER_WAY
  let isTaken = false
  try {
    const waitMs = bucket.take()
    const reply = waitMs > 0 ? throttled(sender, waitMs) : await act()
    isTaken = !COME_AGAIN.has(reply.outcome)
    return reply
  } finally {
    if (id !== undefined && isTaken) seen.settle(id)
    else if (id !== undefined) seen.release(id)
  }
}

/** SNS gives up what is answered with 4xx, and does so with 429, too. */
function throttled(sender: RotationSender, afterMs: number): Reply {
  return { status: sender === 'sns' ? 503 : 429, outcome: 'throttled', afterMs }
}

async function confirmed(message: SnsMessage, { sns }: Hearing): Promise<Reply> {
  const url = confirmationUrl(message)
  if (!url) return NOT_UNDERSTOOD
  await sns?.confirm(url)
  return TAKEN
}

function handshakeOf(event: unknown): Reply | undefined {
  const handshake = gridHandshake.safeParse(event).data?.[0]
  return handshake && { status: 200, body: { validationResponse: handshake.data.validationCode }, outcome: 'taken' }
}

function gridEvents(event: unknown): readonly unknown[] {
  return Array.isArray(event) ? event : [event]
}

async function tell(
  said: readonly (Rotation | undefined)[],
  { id, known }: Pick<Said, 'id' | 'known'>,
  { intake }: Hearing,
): Promise<Reply> {
  const taking = intake()
  if (!taking) return STANDBY
  const rotations = said.filter((rotation) => rotation !== undefined)
  if (rotations.length === 0) return TAKEN
  return (await taking.take(rotations, id)) === 'known' ? known : TAKEN
}
