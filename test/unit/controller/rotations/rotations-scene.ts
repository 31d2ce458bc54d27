import { createSign, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { exportJWK, SignJWT } from 'jose'
import { TokenBucket } from '../../../../plugin/controller/applications/token-bucket.ts'
import { GoogleTokenCheck } from '../../../../plugin/controller/rotations/google-token.ts'
import { keyFetches } from '../../../../plugin/controller/rotations/key-fetches.ts'
import type { RotationIntake } from '../../../../plugin/controller/rotations/rotation-intake.ts'
import { rotationsApp } from '../../../../plugin/controller/rotations/rotations-app.ts'
import { SharedSecretCheck, signatureOf } from '../../../../plugin/controller/rotations/shared-secret.ts'
import { SnsVerifier } from '../../../../plugin/controller/rotations/sns-message.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { listen } from '../../../support/emulator.ts'
import { testClientCertificate } from '../../../support/emulators/tls/test-tls.ts'
import { VirtualClock } from '../../../support/virtual-clock.ts'

export const SECRET = 'shared'
/** So many who prove nothing, and keys of clouds, before a second is over. */
export const STRANGERS = 5
export const KEYS = 3
const TOPIC = 'arn:aws:sns:eu-west-1:111111111111:rotations'
export const CERT_URL = 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem'
const ACCOUNT = 'push@project.iam.gserviceaccount.com'
const AUDIENCE = 'https://controller.example.com/rotations'
export const ARN = 'arn:aws:secretsmanager:eu-west-1:111111111111:secret:team-a/database-aB3dE6'
export const AWS_EVENT = {
  source: 'aws.secretsmanager',
  'detail-type': 'AWS API Call via CloudTrail',
  detail: { eventName: 'PutSecretValue', requestParameters: { secretId: ARN } },
}
const google = generateKeyPairSync('rsa', { modulusLength: 2_048 })

/** The app with a target that notes what it is told; `leads` false: it stands by. `refuses`: so many events are not taken; `away`: so many answers of clouds do not come; `taking`: awaited by each event that is being taken. */
export async function startRotations({
  leads = true,
  burst = 100,
  refuses = 0,
  away = 0,
  taking = () => Promise.resolve(),
} = {}) {
  const certificate = testClientCertificate()
  const clock = new VirtualClock(Date.parse(new X509Certificate(certificate.cert).validFrom) + 86_400_000)
  const told: string[] = []
  let isLeading = leads
  const fetched: string[] = []
  const fetchText = async (url: URL): Promise<string | undefined> => {
    fetched.push(url.href)
    if (away-- > 0) return undefined
    if (url.pathname.endsWith('.pem')) return certificate.cert
    if (url.hostname !== 'www.googleapis.com') return ''
    return JSON.stringify({ keys: [{ ...(await exportJWK(google.publicKey)), kid: 'k1', alg: 'RS256' }] })
  }
  const fetchKeys = keyFetches(fetchText, new TokenBucket(1, KEYS, clock))
  const known = new Set<string>()
  const intake: RotationIntake = {
    async take(rotations, id) {
      await taking()
      if (refuses-- > 0) throw new SecretError('Unavailable', 'not now')
      if (id !== undefined && known.has(id)) return 'known'
      if (id !== undefined) known.add(id)
      for (const one of rotations)
        told.push('store' in one ? `${one.store} ${one.key}` : `${one.provider} ${[...one.names].join(' ')}`)
      return 'taken'
    },
  }
  const said: string[] = []
  const outcomes: string[] = []
  const app = rotationsApp({
    secret: new SharedSecretCheck(() => ['older', SECRET], clock),
    sns: new SnsVerifier({ topics: new Set([TOPIC]), fetchText, fetchKeys, clock }),
    google: new GoogleTokenCheck({ audience: AUDIENCE, account: ACCOUNT, fetchText, clock }),
    intake: () => (isLeading ? intake : undefined),
    bucket: new TokenBucket(1, burst, clock),
    strangers: new TokenBucket(1, STRANGERS, clock),
    logger: { warn: (message, fields) => void said.push(JSON.stringify([message, fields])) },
    onEvent: (sender, outcome) => void outcomes.push(`${sender} ${outcome}`),
  })
  const { port, close } = await listen(app)
  const ask = (headers: Record<string, string>) => fetch(`http://127.0.0.1:${port}/rotations`, { method: 'OPTIONS', headers })
  const post = async (body: object | string, headers: Record<string, string> = {}) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const answer = await fetch(`http://127.0.0.1:${port}/rotations`, { method: 'POST', body: text, headers })
    return { status: answer.status, body: await answer.text() }
  }
  const signed = (body: object, secret = SECRET, ageMs = 0): Record<string, string> => {
    const time = String(Math.floor((clock.now() - ageMs) / 1_000))
    return { 'x-rotation-timestamp': time, 'x-rotation-signature': signatureOf(secret, time, Buffer.from(JSON.stringify(body))) }
  }
  const lead = (): void => void (isLeading = true)
  return { port, clock, told, fetched, said, outcomes, known, lead, post, ask, signed, certificate, [Symbol.asyncDispose]: close }
}

export type Rotations = Awaited<ReturnType<typeof startRotations>>

export function snsOf({ clock, certificate }: Rotations, changes: Readonly<Record<string, string>> = {}): Record<string, string> {
  const message: Record<string, string> = {
    Type: 'Notification',
    MessageId: 'm1',
    TopicArn: TOPIC,
    Message: JSON.stringify(AWS_EVENT),
    Timestamp: new Date(clock.now()).toISOString(),
    SignatureVersion: '2',
    SigningCertURL: CERT_URL,
    ...changes,
  }
  const fields =
    message['Type'] === 'Notification'
      ? ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
      : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type']
  const text = fields
    .filter((field) => message[field] !== undefined)
    .map((field) => `${field}\n${message[field]}\n`)
    .join('')
  const signer = createSign(message['SignatureVersion'] === '1' ? 'sha1' : 'sha256').update(text)
  return { Signature: signer.sign(certificate.key, 'base64'), ...message }
}

export const FROM_SNS = { 'x-amz-sns-message-type': 'Notification' }

export const PUSH = { message: { attributes: { eventType: 'SECRET_VERSION_ADD', secretId: 'projects/1/secrets/database' } } }

/** The header with a token of Google as Pub/Sub pushes with, or one that is not quite. */
export async function bearerOfGoogle(
  { clock }: Rotations,
  claims: object = {},
  { iss = 'https://accounts.google.com', aud = AUDIENCE, ageMs = 0, key = google.privateKey, kid = 'k1' } = {},
): Promise<Record<string, string>> {
  const now = Math.floor((clock.now() - ageMs) / 1_000)
  const token = await new SignJWT({ email: ACCOUNT, email_verified: true, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid })
    .setIssuer(iss)
    .setAudience(aud)
    .setIssuedAt(now)
    .setExpirationTime(now + 3_600)
    .sign(key)
  return { authorization: `Bearer ${token}` }
}
