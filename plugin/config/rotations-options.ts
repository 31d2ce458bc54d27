import * as z from 'zod'
import type { Option } from './option.ts'

const PREFIX = 'ARGOCD_EXTERNAL_SECRETS_'

function textOption(name: string, value: string, doc: string): Option<string> {
  return { name, doc, value, schema: z.string(), default: '', env: `${PREFIX}${name.toUpperCase().replaceAll('-', '_')}` }
}

/** Who may say that secrets were rotated. */
export const rotations = textOption(
  'rotations',
  'ADDRESS',
  'HOST:PORT where events of providers come in, with the certificate of --rotations-certificate; empty for none.',
)

export const rotationsCertificate = textOption(
  'rotations-certificate',
  'FILE',
  'PEM of the certificate that senders of events are shown. Without it only this machine can send any.',
)

export const rotationsKey = textOption('rotations-key', 'FILE', 'PEM of the key of --rotations-certificate.')

export const rotationsSecret = textOption(
  'rotations-secret',
  'FILE',
  'The secret that senders of events share with us, or several, a line each, while one is rotated.',
)

export const rotationsSnsTopics = textOption(
  'rotations-sns-topics',
  'ARN,…',
  'Topics of SNS whose messages count, separated by commas; their subscriptions are confirmed.',
)

export const rotationsGoogleAudience = textOption(
  'rotations-google-audience',
  'TEXT',
  'The audience of the tokens with which Pub/Sub pushes; needs --rotations-google-account.',
)

export const rotationsGoogleAccount = textOption(
  'rotations-google-account',
  'EMAIL',
  'The service account as which Pub/Sub pushes.',
)

export const rotationsQueue = textOption(
  'rotations-queue',
  'URL',
  'A queue of SQS that events of AWS come to, read with the identity of this process, by one of several.',
)

export const rotationsQueueRegion = textOption(
  'rotations-queue-region',
  'REGION',
  'The region of --rotations-queue, where its URL does not say it.',
)

export const rotationsOptions: readonly Option<unknown>[] = [
  rotations,
  rotationsCertificate,
  rotationsKey,
  rotationsSecret,
  rotationsSnsTopics,
  rotationsGoogleAudience,
  rotationsGoogleAccount,
  rotationsQueue,
  rotationsQueueRegion,
]
