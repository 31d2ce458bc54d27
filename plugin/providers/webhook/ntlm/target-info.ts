/** What a server tells of itself, or a client of whom it means to reach, by ids ([MS-NLMP] 2.2.2.1). */
export type TargetInfo = ReadonlyMap<number, Uint8Array>

export const AV_IDS = { end: 0, flags: 6, timestamp: 7, targetName: 9, channelBindings: 10 } as const

const HEAD_BYTES = 4

/** Reads the pairs, which an end mark has to close. `undefined` for bytes that are none. */
export function readTargetInfo(bytes: Buffer): TargetInfo | undefined {
  const pairs = new Map<number, Uint8Array>()
  for (let at = 0; at + HEAD_BYTES <= bytes.byteLength; ) {
    const [id, length] = [bytes.readUInt16LE(at), bytes.readUInt16LE(at + 2)]
    if (id === AV_IDS.end) return pairs
    const value = bytes.subarray(at + HEAD_BYTES, at + HEAD_BYTES + length)
    if (value.byteLength < length) return undefined
    pairs.set(id, value)
    at += HEAD_BYTES + length
  }
  return undefined
}

/** The pairs in their order, and the end mark. */
export function writeTargetInfo(pairs: TargetInfo): Uint8Array {
  const written = Array.from(pairs, ([id, value]) => Buffer.concat([head(id, value.byteLength), value]))
  return Buffer.concat([...written, head(AV_IDS.end, 0)])
}

function head(id: number, length: number): Buffer {
  const bytes = Buffer.alloc(HEAD_BYTES)
  bytes.writeUInt16LE(id, 0)
  bytes.writeUInt16LE(length, 2)
  return bytes
}
