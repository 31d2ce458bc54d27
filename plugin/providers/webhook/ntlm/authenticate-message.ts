import type { Challenge } from './challenge-message.ts'
import { CLIENT_FLAGS, startMessage } from './message.ts'
import { hmacMd5, type Identity, ntlmv2Key, ntlmv2Response } from './ntlmv2-response.ts'
import { AV_IDS, type TargetInfo, writeTargetInfo } from './target-info.ts'

/** What ties a login to this exchange and this server, so that nobody can pass it on to another. */
export interface Binding {
  /** The first message as it was sent. */
  readonly negotiate: Uint8Array
  /** `HTTP/host`: whom the client means. */
  readonly targetName: string
  /** See channel-binding.ts. */
  readonly channelBinding: Uint8Array
  /** Eight random bytes. */
  readonly clientChallenge: Uint8Array
  /** Milliseconds since the epoch; counts where the server tells no time. */
  readonly now: number
}

const PAYLOAD_AT = 88
const INTEGRITY_AT = 72
const INTEGRITY_IS_THERE = 0x2
/** LMv2 and what came before it are not spoken: zeros, as where the server tells its time. */
const NO_LM_RESPONSE = Buffer.alloc(24)
/** Between 1601 and 1970, in units of 100 ns. */
const EPOCH = 116_444_736_000_000_000n

/** The third message ([MS-NLMP] 2.2.1.3): the proof that the client knows the password, and the code over all three messages. */
export function authenticateMessage(identity: Identity, challenge: Challenge, binding: Binding): Uint8Array {
  const { serverChallenge, targetInfo: told, flags } = challenge
  const { response, sessionKey } = ntlmv2Response(ntlmv2Key(identity), {
    serverChallenge,
    clientChallenge: binding.clientChallenge,
    time: told.get(AV_IDS.timestamp) ?? fileTime(binding.now),
    targetInfo: writeTargetInfo(answered(told, binding)),
  })
  const { user, domain } = identity
  const texts = [domain, user, ''].map((text) => Buffer.from(text, 'utf16le'))
  const message = withPayloads([NO_LM_RESPONSE, response, ...texts, Buffer.alloc(0)])
  message.writeUInt32LE((flags & CLIENT_FLAGS) >>> 0, 60)
  if (told.has(AV_IDS.timestamp)) message.set(hmacMd5(sessionKey, binding.negotiate, challenge.bytes, message), INTEGRITY_AT)
  return message
}

/** [MS-NLMP] 3.1.5.1.2: what the server told, with what the client adds to it. */
function answered(told: TargetInfo, { targetName, channelBinding }: Binding): TargetInfo {
  const flags = Buffer.alloc(4)
  flags.set(told.get(AV_IDS.flags)?.subarray(0, 4) ?? [])
  if (told.has(AV_IDS.timestamp)) flags.writeUInt32LE((flags.readUInt32LE() | INTEGRITY_IS_THERE) >>> 0)
  return new Map([
    ...told,
    [AV_IDS.flags, flags],
    [AV_IDS.channelBindings, channelBinding],
    [AV_IDS.targetName, Buffer.from(targetName, 'utf16le')],
  ])
}

/** A message with the six fields that all third messages have, and what they point to. */
function withPayloads(payloads: readonly Uint8Array[]): Buffer {
  const size = payloads.reduce((sum, { byteLength }) => sum + byteLength, PAYLOAD_AT)
  const message = startMessage(3, size)
  let at = PAYLOAD_AT
  for (const [index, payload] of payloads.entries()) {
    const field = 12 + index * 8
    message.writeUInt16LE(payload.byteLength, field)
    message.writeUInt16LE(payload.byteLength, field + 2)
    message.writeUInt32LE(at, field + 4)
    message.set(payload, at)
    at += payload.byteLength
  }
  return message
}

function fileTime(now: number): Uint8Array {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(Math.floor(now)) * 10_000n + EPOCH)
  return bytes
}
