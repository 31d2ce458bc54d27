import type { SecretValue } from '../../model/secret-value.ts'
import type { CredentialSource, ServiceAccountSelector } from '../../providers/credential-source.ts'
import type { RingKey } from '../keys/key-ring.ts'
import {
  type AnswerBytes,
  annotationBytes,
  answersAlike,
  type CredentialAnswer,
  type CredentialQuestion,
  digestOfAnswer,
  secretBytes,
} from './credential-questions.ts'
import { canonicalJson } from './store-identity.ts'

/**
 * What a reader was told when it asked for credentials, at its opening and later. Whoever wants to use the reader must have the same
 * answers: a store of Git is authorised by what its tenant has (R4).
 */
export class CredentialRecord {
  readonly #key: RingKey
  readonly #answers = new Map<string, CredentialAnswer>()
  #version = 0

  /** `key` of the ring makes the digests. */
  constructor(key: RingKey) {
    this.#key = key
  }

  /** Grows with every answer that is new or another one. */
  get version(): number {
    return this.#version
  }

  get keyId(): string {
    return this.#key.id
  }

  get answers(): readonly CredentialAnswer[] {
    return [...this.#answers.values()]
  }

  /** Whether somebody else's credentials would have answered the same. */
  matches(source: CredentialSource): Promise<boolean> {
    return answersAlike(this.answers, source, this.#key)
  }

  /** `source`, with every answer noted before it is given. */
  noting(source: CredentialSource): CredentialSource {
    return {
      secretKey: (selector, field) =>
        this.#note({ method: 'secretKey', selector: { ...selector }, field }, source.secretKey(selector, field), revealed),
      labelledSecret: (selector, label, field) =>
        this.#note(
          { method: 'labelledSecret', selector: { ...selector }, label: { ...label }, field },
          source.labelledSecret(selector, label, field),
          secretBytes,
        ),
      caBundle: (selector, field) =>
        this.#note({ method: 'caBundle', selector: { ...selector }, field }, source.caBundle(selector, field), (pem) => pem),
      serviceAccountAnnotations: (selector, field) =>
        this.#note(
          { method: 'serviceAccountAnnotations', selector: plain(selector), field },
          source.serviceAccountAnnotations(selector, field),
          annotationBytes,
        ),
      serviceAccountToken: (selector, field) =>
        this.#note(
          { method: 'serviceAccountToken', selector: plain(selector), field },
          source.serviceAccountToken(selector, field),
          revealed,
        ),
      podToken: (field) =>
        this.#note({ method: 'podToken', field }, source.podToken?.(field) ?? Promise.resolve(undefined), (token) =>
          token?.reveal(),
        ),
    }
  }

  async #note<Answer>(
    question: CredentialQuestion,
    answer: Promise<Answer>,
    bytesOf: (answer: Answer) => AnswerBytes,
  ): Promise<Answer> {
    const digest = await digestOfAnswer(question, answer.then(bytesOf), this.#key)
    this.#remember({ question, digest })
    return answer
  }

  #remember(answer: CredentialAnswer): void {
    const id = canonicalJson(answer.question)
    if (this.#answers.get(id)?.digest === answer.digest) return
    this.#answers.set(id, answer)
    this.#version++
  }
}

function revealed(value: SecretValue): Uint8Array {
  return value.reveal()
}

function plain({
  audiences,
  ...names
}: ServiceAccountSelector): Extract<
  CredentialQuestion,
  { method: 'serviceAccountToken' | 'serviceAccountAnnotations' }
>['selector'] {
  return { ...names, ...(audiences && { audiences: [...audiences] }) }
}
