import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { DerCursor } from '../../../../templates/der/der-cursor.ts'
import { TAG } from '../../../../templates/der/tag.ts'

export interface JksEntry {
  readonly alias: string
  /** PKCS#8; undefined for a trusted certificate. */
  readonly key: Buffer | undefined
  readonly certificates: readonly Buffer[]
}

/** Reads a JKS file after the format's description in OpenJDK's JavaKeyStore, with nothing of the writer. */
export function readJks(file: Uint8Array, password: string): readonly JksEntry[] {
  const secret = Buffer.from(
    Array.from({ length: password.length }, (_, index) => [
      password.charCodeAt(index) >> 8,
      password.charCodeAt(index) & 255,
    ]).flat(),
  )
  const content = Buffer.from(file.subarray(0, -20))
  const digest = createHash('sha1').update(secret).update('Mighty Aphrodite').update(content).digest()
  assert.deepEqual(Buffer.from(file.subarray(-20)), digest, 'the digest over the file')

  let at = 0
  const bytes = (count: number): Buffer => content.subarray(at, (at += count))
  const int32 = (): number => bytes(4).readUInt32BE()
  const text = (): string => bytes(bytes(2).readUInt16BE()).toString()
  const certificate = (): Buffer => {
    assert.equal(text(), 'X.509')
    return bytes(int32())
  }
  assert.deepEqual([int32(), int32()], [0xfeedfeed, 2])
  const entries = Array.from({ length: int32() }, (): JksEntry => {
    const tag = int32()
    const alias = text()
    assert.equal(bytes(8).readBigUInt64BE(), 0n, 'the same file of the same input')
    if (tag === 2) return { alias, key: undefined, certificates: [certificate()] }
    assert.equal(tag, 1)
    const key = unprotected(bytes(int32()), secret)
    return { alias, key, certificates: Array.from({ length: int32() }, certificate) }
  })
  assert.equal(at, content.length)
  return entries
}

function unprotected(info: Buffer, secret: Buffer): Buffer {
  const parts = new DerCursor(info).enter(TAG.sequence)
  assert.ok(parts)
  assert.equal(Buffer.from(parts.element(TAG.sequence)?.content ?? []).toString('hex'), '060a2b060104012a021101010500')
  const whole = Buffer.from(parts.element(TAG.octetString)?.content ?? [])
  const [encrypted, check] = [whole.subarray(20, -20), whole.subarray(-20)]
  let digest = whole.subarray(0, 20)
  const plain = Buffer.alloc(encrypted.length)
  for (const index of plain.keys()) {
    if (index % 20 === 0) digest = createHash('sha1').update(secret).update(digest).digest()
    plain[index] = (encrypted[index] ?? 0) ^ (digest[index % 20] ?? 0)
  }
  assert.deepEqual(createHash('sha1').update(secret).update(plain).digest(), check, 'the digest over the key')
  return plain
}
