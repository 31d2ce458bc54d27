/** What RFC 4251, section 5 calls a uint32. */
export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** What RFC 4251, section 5 calls a string: its length and its bytes. */
export function sshString(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([uint32(bytes.byteLength), bytes])
}

/** What RFC 4251, section 5 calls an mpint, of a number that is not negative: the shortest, with a zero before a first bit that is set. */
export function mpint(magnitude: Uint8Array): Buffer {
  const start = magnitude.findIndex((byte) => byte !== 0)
  const shortest = start < 0 ? new Uint8Array() : magnitude.subarray(start)
  const [first = 0] = shortest
  return sshString(first > 0x7f ? Buffer.concat([Buffer.of(0), shortest]) : shortest)
}
