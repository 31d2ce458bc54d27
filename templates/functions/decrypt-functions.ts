import { type ByteText, bytesOf, byteText } from '../byte-text.ts'
import { decryptOaep } from '../certificates/decrypt-oaep.ts'
import { parseAnyPrivateKey } from '../certificates/parse-private-key.ts'
import { decodePem } from '../certificates/pem.ts'
import { FunctionError } from '../function-error.ts'
import { types } from '../go-type.ts'
import { prefixing } from '../prefix-error.ts'
import type { FunctionCall, TemplateFunction } from './template-function.ts'

export const decryptFunctions: readonly TemplateFunction[] = [
  {
    name: 'rsaDecrypt',
    parameters: [
      { name: 'scheme', type: types.string },
      { name: 'hash', type: types.string },
      { name: 'encrypted', type: types.string },
      { name: 'key', type: types.string },
    ],
    returns: types.string,
    doc: 'What was encrypted with RSA: the scheme `RSA-OAEP` with the hash `SHA1`, `SHA256` or `SHA512`, or `None`, which gives it unchanged. The encrypted bytes are not in Base64, the key is in PEM.',
    source: 'External Secrets',
    example: { go: '{{rsaDecrypt "None" "" "as it is" ""}}', gives: 'as it is' },
    safeMessage: false,
    run,
  },
]

const HASHES: ReadonlyMap<ByteText, 'sha1' | 'sha512'> = new Map([
  ['SHA1', 'sha1'],
  ['SHA512', 'sha512'],
])

/** In bytes: an operation with a private key takes as long as reading so many. */
const COST = 128 * 1024

function run(call: FunctionCall): ByteText {
  const scheme = call.text(0)
  if (scheme === 'None') return call.text(2)
  if (scheme !== 'RSA-OAEP') throw new FunctionError(`decryption scheme ${scheme} is not supported`)
  const { block } = decodePem(call.text(3))
  if (!block) throw new FunctionError('failed to decode PEM block', true)
  call.step(COST)
  const key = prefixing('could not parse private key', () => parseAnyPrivateKey(block.bytes))
  if (key.kind !== 'rsa') throw new FunctionError('could not parse RSA private key', true)
  const hash = HASHES.get(call.text(1)) ?? 'sha256'
  return byteText(prefixing('error decrypting data with RSA', () => decryptOaep(bytesOf(call.text(2)), hash, key.numbers)))
}
