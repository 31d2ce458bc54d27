import '../../api/jitless.ts'
import * as z from 'zod'
import { SecretError } from '../../model/secret-error.ts'
import { SecretValue } from '../../model/secret-value.ts'
import type { Generator } from '../generator.ts'
import { ecdsaKeyPair, ed25519KeyPair, rsaKeyPair, type SshKeyPair } from './key-pair.ts'
import { authorizedKey, opensshPrivateKey } from './openssh-private-key.ts'

const DEFAULT_RSA_BITS = 2048
/** OpenSSH refuses shorter ones. */
const MIN_RSA_BITS = 1024
const DEFAULT_ECDSA_BITS = 256
const CHECK_BYTES = 4

const spec = z.object({
  keyType: z.enum(['rsa', 'ecdsa', 'ed25519']).default('rsa').describe('Which algorithm the key is for.'),
  keySize: z
    .int()
    .min(256)
    .max(8192)
    .optional()
    .describe('Bits: of rsa 2048 without it; of ecdsa 256, 384 or 521, any other means 256; of ed25519 without an effect.'),
  comment: z.string().optional().describe('What stands behind the key.'),
})

type SshKeySpec = z.output<typeof spec>

/** A new pair of keys in OpenSSH's formats (external-secrets.md 6.4). */
export const sshKey: Generator<SshKeySpec> = {
  kind: 'SSHKey',
  spec,
  stability: 'ephemeral',
  keysOf: () => ['privateKey', 'publicKey'],
  async generate(given, { random }) {
    const { comment = '' } = given
    if (/[\r\n\0]/.test(comment)) throw refused('comment', 'has more than one line', 'write one line')
    const pair = await keyPairOf(given)
    return {
      values: new Map([
        ['privateKey', SecretValue.fromText(opensshPrivateKey(pair, comment, random.bytes(CHECK_BYTES)))],
        ['publicKey', SecretValue.fromText(authorizedKey(pair, comment))],
      ]),
    }
  },
}

async function keyPairOf({ keyType, keySize }: SshKeySpec): Promise<SshKeyPair> {
  if (keyType === 'ed25519') return ed25519KeyPair()
  if (keyType === 'ecdsa') return ecdsaKeyPair(keySize ?? DEFAULT_ECDSA_BITS)
  const bits = keySize ?? DEFAULT_RSA_BITS
  if (bits < MIN_RSA_BITS) throw refused('keySize', `is ${bits}, and rsa needs ${MIN_RSA_BITS} at least`, 'write 2048 or more')
  return rsaKeyPair(bits)
}

function refused(field: string, message: string, remedy: string): SecretError {
  return new SecretError('InvalidSpec', message, { place: { field: `spec.${field}` }, remedy })
}
