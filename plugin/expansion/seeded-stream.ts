import { createCipheriv, createHash, hkdfSync } from 'node:crypto'
import type { RandomSource } from '../../templates/engine.ts'
import type { SecretValue } from '../model/secret-value.ts'
import { inByteOrder } from './in-byte-order.ts'

/** What a random value depends on beside the seed (R13): as long as all of it stays, so does the value. */
export interface StreamOrigin {
  /** Argo CD's; empty on the command line. */
  readonly project: string
  readonly namespace: string
  readonly object: string
  /** The field that holds the template. */
  readonly field: string
  /** The place in the template, as its engine names it. */
  readonly position: string
  /** {@link digestOf} the values that the template is given. */
  readonly inputs: string
}

/** Another one makes other values of every seed: only for another way to derive them. */
const VERSION = 'argocd-external-secrets/template-stream/1:'
const KEY_BYTES = 32
const ZERO_COUNTER = Buffer.alloc(16)

/**
 * A stream without end: AES-256 in counter mode under a key that HKDF-SHA256 (RFC 5869) derives from the seed. A key has one stream only, so
 * that its counter may begin at zero.
 */
export function seededStream(seed: SecretValue, origin: StreamOrigin): RandomSource {
  const key = hkdfSync('sha256', seed.reveal(), '', infoOf(origin), KEY_BYTES)
  const cipher = createCipheriv('aes-256-ctr', new Uint8Array(key), ZERO_COUNTER)
  return { bytes: (count) => cipher.update(new Uint8Array(count)) }
}

/** A JSON list cannot be read in two ways; its digest, because Node takes an info of 1024 bytes at most and names may be longer together. */
function infoOf({ project, namespace, object, field, position, inputs }: StreamOrigin): string {
  const list = JSON.stringify([project, namespace, object, field, position, inputs])
  return VERSION + createHash('sha256').update(list).digest('hex')
}

/** SHA-256 over names and values in the order of the names, each behind its length. */
export function digestOf(values: ReadonlyMap<string, SecretValue>): string {
  const hash = createHash('sha256')
  for (const [name, value] of inByteOrder(values)) {
    for (const bytes of [Buffer.from(name), value.reveal()]) hash.update(`${bytes.byteLength}:`).update(bytes)
  }
  return hash.digest('hex')
}
