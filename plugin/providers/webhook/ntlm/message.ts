/** The flags that are spoken of here ([MS-NLMP] 2.2.2.5). */
export const FLAGS = {
  unicode: 0x00000001,
  requestTarget: 0x00000004,
  ntlm: 0x00000200,
  alwaysSign: 0x00008000,
  extendedSessionSecurity: 0x00080000,
  targetInfo: 0x00800000,
  bits128: 0x20000000,
  bits56: 0x80000000,
} as const

/** What a client asks for and may agree to: texts in UTF-16 and NTLMv2, which the target's information makes possible; no key is exchanged. */
export const CLIENT_FLAGS = Object.values(FLAGS).reduce((all, flag) => (all | flag) >>> 0, 0)

const SIGNATURE = Buffer.from('NTLMSSP\0', 'latin1')
/** Signature and type, in front of every message. */
const HEADER_BYTES = 12

/** A message of `bytes` with its head, for the fields to be written into. */
export function startMessage(type: 1 | 3, bytes: number): Buffer {
  const message = Buffer.alloc(bytes)
  SIGNATURE.copy(message)
  message.writeUInt32LE(type, SIGNATURE.byteLength)
  return message
}

export function isMessage(bytes: Buffer, type: 2): boolean {
  return bytes.byteLength >= HEADER_BYTES && bytes.subarray(0, 8).equals(SIGNATURE) && bytes.readUInt32LE(8) === type
}
