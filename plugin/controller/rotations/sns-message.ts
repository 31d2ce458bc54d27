import { verify, X509Certificate } from 'node:crypto'
import '../../api/jitless.ts'
import * as z from 'zod'
import type { Clock } from '../../model/clock.ts'
import { SecretError } from '../../model/secret-error.ts'
import type { FetchText } from './key-fetches.ts'

/** What SNS posts (Amazon SNS, HTTP/HTTPS notification JSON format). */
const snsMessage = z.object({
  Type: z.enum(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  MessageId: z.string(),
  TopicArn: z.string(),
  Message: z.string(),
  Timestamp: z.string(),
  SignatureVersion: z.enum(['1', '2']),
  Signature: z.string(),
  SigningCertURL: z.string(),
  Subject: z.string().optional(),
  SubscribeURL: z.string().optional(),
  Token: z.string().optional(),
})

export type SnsMessage = z.infer<typeof snsMessage>

export interface SnsTools {
  /** Topics whose messages count: everybody's topics are signed by the same Amazon. */
  readonly topics: ReadonlySet<string>
  /** For certificates; bounded, since whoever comes brings it about. */
  readonly fetchKeys: FetchText
  /** For what Amazon has signed. */
  readonly fetchText: FetchText
  readonly clock: Pick<Clock, 'now'>
}

/**
 * Amazon's own, in every partition (@aws-sdk/core, partitions). What stands for the region must be one: in `sns.s3-us-west-2.amazonaws.com`, which many a verifier
 * takes, whoever has the bucket `sns` puts certificates.
 */
const SNS_HOST =
  /^sns\.[a-z]{2,5}(-[a-z]+)+-\d{1,2}\.(amazonaws\.(com(\.cn)?|eu)|c2s\.ic\.gov|sc2s\.sgov\.gov|csp\.hci\.ic\.gov|cloud\.adc-e\.uk)$/
const CERTIFICATE_PATH = /^\/SimpleNotificationService-[A-Za-z0-9]{8,64}\.pem$/
/** SNS tries for an hour (delivery policy) and signs once. */
const MAX_AGE_MS = 3_600_000
const AHEAD_MS = 300_000
const MAX_KEPT = 64

/** In this order, those that are there (Amazon SNS, verifying the signatures). */
const SIGNED: Readonly<Record<SnsMessage['Type'], readonly (keyof SnsMessage)[]>> = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
}

/** Verifies messages of SNS, and confirms subscriptions of the topics that were named. */
export class SnsVerifier {
  readonly #tools: SnsTools
  readonly #certificates = new Map<string, X509Certificate>()

  constructor(tools: SnsTools) {
    this.#tools = tools
  }

  /** The message that Amazon has signed for one of our topics; `undefined` for everything else. Rejects when Amazon does not give its certificate now. */
  async verified(body: unknown): Promise<SnsMessage | undefined> {
    const { data } = snsMessage.safeParse(body)
    if (!data || !this.#tools.topics.has(data.TopicArn) || !this.#isYoung(data)) return undefined
    const certificate = await this.#certificate(data.SigningCertURL)
    return certificate && isSignedBy(certificate, data, this.#tools.clock.now()) ? data : undefined
  }

  /** Tells Amazon at {@link confirmationUrl} that we want to hear of the topic. Rejects when it does not take that. */
  async confirm(url: URL): Promise<void> {
    if ((await this.#tools.fetchText(url)) === undefined) throw unreachable('does not confirm the subscription')
  }

  #isYoung({ Timestamp }: SnsMessage): boolean {
    const ageMs = this.#tools.clock.now() - Date.parse(Timestamp)
    return ageMs <= MAX_AGE_MS && ageMs >= -AHEAD_MS
  }

  async #certificate(text: string): Promise<X509Certificate | undefined> {
    const known = this.#certificates.get(text)
    if (known !== undefined) return known
    const url = amazonUrl(text)
    if (!url || url.search !== '' || !CERTIFICATE_PATH.test(url.pathname)) return undefined
    const certificate = certificateIn(await this.#tools.fetchKeys(url))
    if (!certificate) throw unreachable('does not give the certificate of its signature')
    if (this.#certificates.size >= MAX_KEPT) this.#certificates.clear()
    this.#certificates.set(text, certificate)
    return certificate
  }
}

/** Where the subscription is confirmed; undefined when that is not at Amazon. */
export function confirmationUrl({ SubscribeURL = '' }: SnsMessage): URL | undefined {
  const url = amazonUrl(SubscribeURL)
  return url?.pathname === '/' && url.searchParams.get('Action') === 'ConfirmSubscription' ? url : undefined
}

function amazonUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isAmazons = url?.protocol === 'https:' && url.port === '' && url.username === '' && SNS_HOST.test(url.hostname)
  return isAmazons ? url : undefined
}

function unreachable(what: string): SecretError {
  return new SecretError('Unavailable', `Amazon SNS ${what}`, {
    remedy: 'let this process reach sns.REGION.amazonaws.com, by a proxy if need be',
  })
}

function certificateIn(pem: string | undefined): X509Certificate | undefined {
  try {
    return pem === undefined ? undefined : new X509Certificate(pem)
  } catch {
    return undefined
  }
}

function isSignedBy(certificate: X509Certificate, message: SnsMessage, now: number): boolean {
  if (Date.parse(certificate.validTo) < now || Date.parse(certificate.validFrom) > now) return false
  const text = SIGNED[message.Type]
    .filter((field) => message[field] !== undefined)
    .map((field) => `${field}\n${message[field]}\n`)
    .join('')
  const digest = message.SignatureVersion === '1' ? 'sha1' : 'sha256'
  try {
    return verify(digest, Buffer.from(text), certificate.publicKey, Buffer.from(message.Signature, 'base64'))
  } catch {
    return false
  }
}
