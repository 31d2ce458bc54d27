import { FLAGS, isMessage } from './message.ts'
import { readTargetInfo, type TargetInfo } from './target-info.ts'

/** What a server wants to have answered ([MS-NLMP] 2.2.1.2). */
export interface Challenge {
  readonly flags: number
  /** Eight bytes that no other login gets. */
  readonly serverChallenge: Uint8Array
  /** Domain or machine that a user without a domain is of. */
  readonly targetName: string
  readonly targetInfo: TargetInfo
  /** As it came: the proof of the whole exchange is made over it. */
  readonly bytes: Uint8Array
}

const FIXED_BYTES = 48

/** Reads the second message. `undefined` for what is none, and for one that wants texts in another encoding than UTF-16. */
export function readChallenge(bytes: Buffer): Challenge | undefined {
  if (!isMessage(bytes, 2) || bytes.byteLength < FIXED_BYTES) return undefined
  const flags = bytes.readUInt32LE(20)
  const [name, info] = [payload(bytes, 12), payload(bytes, 40)]
  const targetInfo = info?.byteLength === 0 ? new Map<number, Uint8Array>() : info && readTargetInfo(info)
  if ((flags & FLAGS.unicode) === 0 || !name || !targetInfo) return undefined
  return { flags, serverChallenge: bytes.subarray(24, 32), targetName: name.toString('utf16le'), targetInfo, bytes }
}

/** What the field at `at` points to: length, room, offset. */
function payload(bytes: Buffer, at: number): Buffer | undefined {
  const [length, offset] = [bytes.readUInt16LE(at), bytes.readUInt32LE(at + 4)]
  if (length === 0) return Buffer.alloc(0)
  return offset + length <= bytes.byteLength ? bytes.subarray(offset, offset + length) : undefined
}
