import { generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { mpint, sshString } from './wire.ts'

/** A new key as OpenSSH writes it. */
export interface SshKeyPair {
  /** `ssh-ed25519`, `ssh-rsa`, `ecdsa-sha2-nistp256`. */
  readonly algorithm: string
  /** RFC 4253, section 6.6; RFC 5656, section 3.1; RFC 8709, section 4. */
  readonly publicBlob: Buffer
  /** What stands between the algorithm's name and the comment in OpenSSH's file. */
  readonly privateFields: Buffer
}

const generate = promisify(generateKeyPair)
const CURVES: ReadonlyMap<number, readonly [name: string, ssh: string]> = new Map([
  [256, ['P-256', 'nistp256']],
  [384, ['P-384', 'nistp384']],
  [521, ['P-521', 'nistp521']],
])

/** `bits` of the modulus. */
export async function rsaKeyPair(bits: number): Promise<SshKeyPair> {
  const { privateKey } = await generate('rsa', { modulusLength: bits })
  const part = partsOf(privateKey)
  const algorithm = 'ssh-rsa'
  const [n, e] = [mpint(part('n')), mpint(part('e'))]
  return {
    algorithm,
    publicBlob: Buffer.concat([sshString(algorithm), e, n]),
    privateFields: Buffer.concat([n, e, mpint(part('d')), mpint(part('qi')), mpint(part('p')), mpint(part('q'))]),
  }
}

/** Of 256, 384 or 521 bits; whatever else is P-256 (external-secrets.md 6.4). */
export async function ecdsaKeyPair(bits: number): Promise<SshKeyPair> {
  const [namedCurve, name] = CURVES.get(bits) ?? ['P-256', 'nistp256']
  const { privateKey } = await generate('ec', { namedCurve })
  const part = partsOf(privateKey)
  const algorithm = `ecdsa-sha2-${name}`
  const point = sshString(Buffer.concat([Buffer.of(4), part('x'), part('y')]))
  return {
    algorithm,
    publicBlob: Buffer.concat([sshString(algorithm), sshString(name), point]),
    privateFields: Buffer.concat([sshString(name), point, mpint(part('d'))]),
  }
}

export async function ed25519KeyPair(): Promise<SshKeyPair> {
  const { privateKey } = await generate('ed25519', {})
  const part = partsOf(privateKey)
  const algorithm = 'ssh-ed25519'
  const point = part('x')
  return {
    algorithm,
    publicBlob: Buffer.concat([sshString(algorithm), sshString(point)]),
    privateFields: Buffer.concat([sshString(point), sshString(Buffer.concat([part('d'), point]))]),
  }
}

/** The numbers of a JWK (RFC 7518, section 6; RFC 8037): coordinates have their full length there. */
function partsOf(key: KeyObject): (name: 'n' | 'e' | 'd' | 'p' | 'q' | 'qi' | 'x' | 'y') => Buffer {
  const jwk = key.export({ format: 'jwk' })
  return (name) => Buffer.from(jwk[name] ?? '', 'base64url')
}
