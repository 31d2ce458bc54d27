import { createHmac } from 'node:crypto'
import * as z from 'zod'
import { asSecretError } from '../../model/secret-error.ts'
import type { SecretValue } from '../../model/secret-value.ts'
import type { CredentialSource } from '../../providers/credential-source.ts'
import type { RingKey } from '../keys/key-ring.ts'
import { canonicalJson } from './store-identity.ts'

const selector = { name: z.string(), namespace: z.string().optional() }

/** A question that a provider has asked its credentials, as data: it can be asked again, also after a restart. */
export const credentialQuestion = z.discriminatedUnion('method', [
  z.object({ method: z.literal('secretKey'), selector: z.object({ ...selector, key: z.string() }), field: z.string() }),
  z.object({
    method: z.literal('labelledSecret'),
    selector: z.object(selector),
    label: z.object({ name: z.string(), value: z.string() }),
    field: z.string(),
  }),
  z.object({
    method: z.literal('caBundle'),
    selector: z.object({ ...selector, type: z.enum(['Secret', 'ConfigMap']), key: z.string() }),
    field: z.string(),
  }),
  z.object({
    method: z.enum(['serviceAccountAnnotations', 'serviceAccountToken']),
    selector: z.object({ ...selector, audiences: z.array(z.string()).optional() }),
    field: z.string(),
  }),
  z.object({ method: z.literal('podToken'), field: z.string() }),
])

export type CredentialQuestion = z.output<typeof credentialQuestion>

/** A question and the digest of its answer; no answer can be read out of it. */
export const credentialAnswer = z.object({ question: credentialQuestion, digest: z.string() })

export type CredentialAnswer = z.output<typeof credentialAnswer>

/** What a credential is to a digest. */
export type AnswerBytes = Uint8Array | string | undefined

/** Digest of an answer, or of the kind of a refusal. Never throws. */
export async function digestOfAnswer(
  question: CredentialQuestion,
  answer: Promise<AnswerBytes>,
  { key }: RingKey,
): Promise<string> {
  const hmac = createHmac('sha256', key).update(`credential\0${canonicalJson(question)}\0`)
  try {
    const bytes = await answer
    return hmac
      .update(bytes === undefined ? 'none' : 'bytes\0')
      .update(bytes ?? '')
      .digest('hex')
  } catch (thrown) {
    return hmac.update(`refused\0${asSecretError(thrown).kind}`).digest('hex')
  }
}

/** Whether somebody's credentials answer all questions just so. */
export async function answersAlike(
  answers: readonly CredentialAnswer[],
  source: CredentialSource,
  key: RingKey,
): Promise<boolean> {
  const digests = await Promise.all(answers.map(({ question }) => digestOfAnswer(question, ask(question, source), key)))
  return answers.every(({ digest }, index) => digest === digests[index])
}

async function ask(question: CredentialQuestion, source: CredentialSource): Promise<AnswerBytes> {
  switch (question.method) {
    case 'secretKey':
      return (await source.secretKey(question.selector, question.field)).reveal()
    case 'labelledSecret':
      return secretBytes(await source.labelledSecret(question.selector, question.label, question.field))
    case 'caBundle':
      return await source.caBundle(question.selector, question.field)
    case 'serviceAccountToken':
      return (await source.serviceAccountToken(question.selector, question.field)).reveal()
    case 'serviceAccountAnnotations':
      return annotationBytes(await source.serviceAccountAnnotations(question.selector, question.field))
    default:
      return (await source.podToken?.(question.field))?.reveal()
  }
}

export function annotationBytes(annotations: ReadonlyMap<string, string> | undefined): AnswerBytes {
  return annotations && canonicalJson(Object.fromEntries(annotations))
}

export function secretBytes(data: ReadonlyMap<string, SecretValue>): AnswerBytes {
  const encoded = Array.from(data, ([key, value]) => [key, Buffer.from(value.reveal()).toString('base64')] as const)
  return canonicalJson(Object.fromEntries(encoded))
}
