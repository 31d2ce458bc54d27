import { hash } from 'node:crypto'
import type { Certificate } from '../certificates/certificate.ts'
import { type Pkcs8Key, pkcs8Of } from '../certificates/private-key.ts'
import type { RandomSource } from '../engine.ts'
import { protectKey, SALT_BYTES } from './protect-key.ts'

const MAGIC = 0xfe_ed_fe_ed
const VERSION = 2
const PRIVATE_KEY = 1
const TRUSTED_CERTIFICATE = 2
/** Between password and content, where the digest over a whole file begins (JavaKeyStore.getPreKeyedHash). */
const WHITENER = 'Mighty Aphrodite'
/** Of every entry: the epoch. The time of writing would make another file of each render. */
const CREATED = new Uint8Array(8)

/** A key store with one entry, the key and its chain, leaf first. `password` is of the file and of the key, as most programs expect. */
export function writeJksKeyStore(
  alias: string,
  key: Pkcs8Key,
  chain: readonly Certificate[],
  password: Uint8Array,
  random: RandomSource,
): Uint8Array {
  const protectedKey = protectKey(pkcs8Of(key), password, random.bytes(SALT_BYTES))
  const entry = [int32(PRIVATE_KEY), text(alias), CREATED, sized(protectedKey), int32(chain.length), ...chain.map(certificate)]
  return file([Buffer.concat(entry)], password)
}

/** A trust store: each certificate under its alias. */
export function writeJksTrustStore(authorities: ReadonlyMap<string, Certificate>, password: Uint8Array): Uint8Array {
  const entries = Array.from(authorities, ([alias, authority]) =>
    Buffer.concat([int32(TRUSTED_CERTIFICATE), text(alias), CREATED, certificate(authority)]),
  )
  return file(entries, password)
}

function file(entries: readonly Uint8Array[], password: Uint8Array): Uint8Array {
  const content = Buffer.concat([int32(MAGIC), int32(VERSION), int32(entries.length), ...entries])
  return Buffer.concat([content, hash('sha1', Buffer.concat([password, Buffer.from(WHITENER), content]), 'buffer')])
}

function certificate({ bytes }: Certificate): Uint8Array {
  return Buffer.concat([text('X.509'), sized(bytes)])
}

function sized(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([int32(bytes.length), bytes])
}

/** As DataOutput.writeUTF does; of ASCII only, which all our names are. */
function text(ascii: string): Uint8Array {
  const bytes = Buffer.from(ascii, 'ascii')
  return Buffer.concat([Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes])
}

function int32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
