import { createCipheriv, createDecipheriv } from 'node:crypto'
import * as z from 'zod'
import { SecretValue } from '../../model/secret-value.ts'
import type { RingKey } from '../keys/key-ring.ts'
import { credentialAnswer } from './credential-questions.ts'
import type { LastGoodValue } from './last-good.ts'

const facts = z.object({
  version: z.string(),
  readAtMs: z.number(),
  answersKeyId: z.string(),
  answers: z.array(credentialAnswer).optional(),
})

/** A kept value and what authorises it. */
export interface LastGoodRecord extends LastGoodValue {
  readonly answersKeyId: string
  readonly answers: z.output<typeof facts>['answers'] | undefined
}

/** What a file says of itself: whose key opens it, or that it is none of ours. */
export type OpenedRecord =
  | { readonly kind: 'record'; readonly record: LastGoodRecord }
  /** Its key is not in the ring (any more): it cannot be read, which is no damage. */
  | { readonly kind: 'unknownKey' }
  | { readonly kind: 'damaged' }

/** "argocd-external-secrets last good", and the version of this format. */
const MAGIC = Buffer.from('AESLG\u0001', 'latin1')
/** NIST SP 800-38D: 96 random bits; one ring key makes far fewer than 2^32 files. */
const NONCE_BYTES = 12
const TAG_BYTES = 16
const LENGTH_BYTES = 4

/**
 * AES-256-GCM over facts and value: magic, length and text of the key's id, nonce, ciphertext, tag.
 * The file's name and all before the ciphertext are authenticated: one file cannot be put in another's place.
 */
export function sealRecord(name: string, record: LastGoodRecord, { id, key }: RingKey, nonce: Uint8Array): Uint8Array {
  const header = headerOf(id, nonce)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.concat([header, Buffer.from(name)]))
  const { secret, readAtMs, answersKeyId, answers } = record
  const text = Buffer.from(JSON.stringify({ version: secret.version, readAtMs, answersKeyId, answers }))
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt32BE(text.byteLength)
  const parts = [length, text, secret.value.reveal()].map((part) => cipher.update(part))
  return Buffer.concat([header, ...parts, cipher.final(), cipher.getAuthTag()])
}

export const SEAL_NONCE_BYTES: number = NONCE_BYTES

/** Never throws, whatever the bytes are. */
export function openRecord(name: string, bytes: Uint8Array, keys: readonly RingKey[]): OpenedRecord {
  try {
    return open(name, Buffer.from(bytes), keys)
  } catch {
    return { kind: 'damaged' }
  }
}

function open(name: string, file: Buffer, keys: readonly RingKey[]): OpenedRecord {
  const idStart = MAGIC.byteLength + 1
  const nonceStart = idStart + (file[MAGIC.byteLength] ?? 0)
  const start = nonceStart + NONCE_BYTES
  if (!file.subarray(0, MAGIC.byteLength).equals(MAGIC) || file.byteLength < start + TAG_BYTES) return { kind: 'damaged' }
  const id = file.toString('latin1', idStart, nonceStart)
  const ringKey = keys.find((key) => key.id === id)
  if (!ringKey) return { kind: 'unknownKey' }
  const decipher = createDecipheriv('aes-256-gcm', ringKey.key, file.subarray(nonceStart, start), { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.concat([file.subarray(0, start), Buffer.from(name)]))
  decipher.setAuthTag(file.subarray(file.byteLength - TAG_BYTES))
  const plain = Buffer.concat([decipher.update(file.subarray(start, file.byteLength - TAG_BYTES)), decipher.final()])
  const end = LENGTH_BYTES + plain.readUInt32BE(0)
  const { version, readAtMs, answersKeyId, answers } = facts.parse(JSON.parse(plain.toString('utf8', LENGTH_BYTES, end)))
  const secret = { version, value: new SecretValue(new Uint8Array(plain.subarray(end))) }
  return { kind: 'record', record: { secret, readAtMs, answersKeyId, answers } }
}

function headerOf(id: string, nonce: Uint8Array): Buffer {
  const name = Buffer.from(id, 'latin1')
  return Buffer.concat([MAGIC, Buffer.of(name.byteLength), name, nonce])
}
