import { createHmac } from 'node:crypto'
import type { SecretValue } from '../../model/secret-value.ts'

/** A short keyed digest of a value, bound to the Secret and the key that hold it: equal values of two keys cannot be told. */
export type DigestOf = (secret: SecretName, key: string, value: SecretValue) => string

export interface SecretName {
  readonly namespace: string
  readonly name: string
}

/** Enough to tell two values of one key apart; of the whole digest nothing more needs to be known. */
const SHOWN_DIGITS = 12

/** `key` is secret: whoever knows it can try values against a digest. */
export function valueDigests(key: Uint8Array): DigestOf {
  return ({ namespace, name }, dataKey, value) =>
    createHmac('sha256', key)
      .update(`value-digest v1\n${JSON.stringify([namespace, name, dataKey])}\n`)
      .update(value.reveal())
      .digest('hex')
      .slice(0, SHOWN_DIGITS)
}
