import type { ByteText } from '../byte-text.ts'
import { FunctionError } from '../function-error.ts'
import { prefixing } from '../prefix-error.ts'
import { parseDsa, parsePkcs1, parsePkcs8, parseSec1 } from './parse-private-key.ts'
import { decodePem, encodePem } from './pem.ts'
import { dsaDerOf, type PrivateKey, pkcs1Of, pkcs8Of, sec1Of } from './private-key.ts'

const PARSERS: ReadonlyMap<string, { readonly name: string; parse(der: Uint8Array): PrivateKey }> = new Map([
  ['PRIVATE KEY', { name: 'decoding PEM as PKCS#8', parse: parsePkcs8 }],
  ['RSA PRIVATE KEY', { name: 'parsing RSA private key from PEM', parse: parsePkcs1 }],
  ['EC PRIVATE KEY', { name: 'parsing EC private key from PEM', parse: (der) => parseSec1(der) }],
  ['DSA PRIVATE KEY', { name: 'parsing DSA private key from PEM', parse: parseDsa }],
])

/** The key in the first block, by the block's type (sprig, parsePrivateKeyPEM). Throws FunctionError. */
export function parseKeyPem(text: ByteText): PrivateKey {
  const { block } = decodePem(text)
  if (!block) throw new FunctionError('no PEM data in input', true)
  const parser = PARSERS.get(block.type)
  if (!parser) {
    const isKey = block.type.endsWith(' PRIVATE KEY')
    throw new FunctionError(
      isKey ? `invalid private key type ${block.type}` : `no private key data in PEM block of type ${block.type}`,
    )
  }
  return prefixing(parser.name, () => parser.parse(block.bytes))
}

/** In the format that sprig has for its kind (pemBlockForKey). */
export function keyPem(key: PrivateKey): ByteText {
  switch (key.kind) {
    case 'rsa':
      return encodePem('RSA PRIVATE KEY', pkcs1Of(key.numbers))
    case 'ec':
      return encodePem('EC PRIVATE KEY', sec1Of(key.curve, key.scalar))
    case 'dsa':
      return encodePem('DSA PRIVATE KEY', dsaDerOf(key.numbers))
    default:
      return encodePem('PRIVATE KEY', pkcs8Of(key))
  }
}
