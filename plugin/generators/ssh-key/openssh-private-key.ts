import type { SshKeyPair } from './key-pair.ts'
import { sshString, uint32 } from './wire.ts'

const MAGIC = Buffer.from('openssh-key-v1\0')
/** Of the cipher "none". */
const BLOCK_BYTES = 8
const LINE_CHARACTERS = 64

/**
 * OpenSSH's own format without a passphrase (PROTOCOL.key of OpenSSH).
 *
 * @param check 4 random bytes, by which OpenSSH sees that a file was deciphered
 */
export function opensshPrivateKey(
  { algorithm, publicBlob, privateFields }: SshKeyPair,
  comment: string,
  check: Uint8Array,
): string {
  const secret = Buffer.concat([check, check, sshString(algorithm), privateFields, sshString(comment)])
  const missing = (BLOCK_BYTES - (secret.byteLength % BLOCK_BYTES)) % BLOCK_BYTES
  const padding = Buffer.from(Array.from({ length: missing }, (_, index) => index + 1))
  const file = Buffer.concat([
    MAGIC,
    sshString('none'),
    sshString('none'),
    sshString(''),
    uint32(1),
    sshString(publicBlob),
    sshString(Buffer.concat([secret, padding])),
  ])
  const lines = file.toString('base64').match(new RegExp(`.{1,${LINE_CHARACTERS}}`, 'g')) ?? []
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n')
}

/** A line of authorized_keys, with its end. */
export function authorizedKey({ algorithm, publicBlob }: SshKeyPair, comment: string): string {
  return `${[algorithm, publicBlob.toString('base64'), ...(comment === '' ? [] : [comment])].join(' ')}\n`
}
