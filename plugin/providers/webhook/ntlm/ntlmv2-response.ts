import { createHmac } from 'node:crypto'
import { md4 } from './md4.ts'

/** Who logs in. `domain` is empty for a name that says it by itself, `user@domain`. */
export interface Identity {
  readonly user: string
  readonly domain: string
  readonly password: string
}

/** What a proof is made over, beside the challenge of the server. */
export interface ProofInputs {
  readonly serverChallenge: Uint8Array
  /** Eight random bytes. */
  readonly clientChallenge: Uint8Array
  /** Eight bytes: units of 100 ns since 1601, least byte first. */
  readonly time: Uint8Array
  /** As {@link writeTargetInfo} writes it. */
  readonly targetInfo: Uint8Array
}

export interface Ntlmv2Response {
  /** `NtChallengeResponse`: the proof, and what it was made over. */
  readonly response: Uint8Array
  readonly sessionKey: Uint8Array
}

/** `NTOWFv2` of [MS-NLMP] 3.3.2: the key of one user in one domain. */
export function ntlmv2Key({ user, domain, password }: Identity): Uint8Array {
  return hmacMd5(md4(Buffer.from(password, 'utf16le')), Buffer.from(upperCase(user) + domain, 'utf16le'))
}

/** `ComputeResponse` of [MS-NLMP] 3.3.2. */
export function ntlmv2Response(key: Uint8Array, inputs: ProofInputs): Ntlmv2Response {
  const { serverChallenge, clientChallenge, time, targetInfo } = inputs
  const versions = Buffer.from([1, 1, 0, 0, 0, 0, 0, 0])
  const zeros = Buffer.alloc(4)
  const proven = Buffer.concat([versions, time, clientChallenge, zeros, targetInfo, zeros])
  const proof = hmacMd5(key, serverChallenge, proven)
  return { response: Buffer.concat([proof, proven]), sessionKey: hmacMd5(key, proof) }
}

export function hmacMd5(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const mac = createHmac('md5', key)
  for (const part of parts) mac.update(part)
  return mac.digest()
}

/** A character for a character, as Windows and Go do it: `ß` has no capital of one, and stays. */
function upperCase(text: string): string {
  return Array.from(text, (character) => {
    const upper = character.toUpperCase()
    return upper.length === character.length ? upper : character
  }).join('')
}
