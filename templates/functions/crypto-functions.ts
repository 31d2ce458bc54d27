import { createHash } from 'node:crypto'
import { FunctionError } from '../function-error.ts'
import { namedType, types } from '../go-type.ts'
import { decryptAes, encryptAes } from './aes-text.ts'
import { bcrypt } from './bcrypt-text.ts'
import { derivePassword } from './derive-password.ts'
import type { FunctionCall, Parameter, TemplateFunction } from './template-function.ts'

const PASSWORD: Parameter = { name: 'password', type: types.string }
const KEY: Parameter = { name: 'key', type: types.string }
const USER: Parameter = { name: 'user', type: types.string }

/** Of derivePassword. */
const SCRYPT_WEIGHT = 2
/** What a cipher costs beside its text, in bytes that are read in the time. */
const CIPHER_BYTES = 4096

/** Passwords, their hashes, and what is random. Certificates and private keys have files of their own. */
export const cryptoFunctions: readonly TemplateFunction[] = [
  {
    name: 'bcrypt',
    parameters: [PASSWORD],
    returns: types.string,
    doc: 'Its bcrypt hash with cost 10, for a password of at most 72 bytes.',
    source: 'sprig',
    example: { go: '{{bcrypt "open sesame"}}', gives: /^\$2a\$10\$[./A-Za-z0-9]{53}$/ },
    safeMessage: true,
    random: 'seeded',
    goOnError: 'text',
    run: (call) => bcrypt(call.text(0), call.random, () => call.heavy()),
  },
  {
    name: 'htpasswd',
    parameters: [USER, PASSWORD, { name: 'algorithm', type: namedType('sprig.HashAlgorithm', 'string') }],
    returns: types.string,
    doc: 'A line of an htpasswd file: SHA-1 where the algorithm is `sha`, bcrypt where it is anything else. It is written out, not taken from data.',
    source: 'External Secrets',
    example: { go: '{{htpasswd "u" "p" "sha"}}', gives: 'u:{SHA}UWuXg/ylF+7L0dBk2i0WUxCxl1k=' },
    safeMessage: false,
    random: 'seeded',
    goOnError: 'text',
    run: htpasswd,
  },
  {
    name: 'derivePassword',
    parameters: [
      { name: 'counter', type: types.uint32 },
      { name: 'type', type: types.string },
      PASSWORD,
      USER,
      { name: 'site', type: types.string },
    ],
    returns: types.string,
    doc: 'The password of a site by the Master Password algorithm; types are maximum, long, medium, short, basic and pin.',
    source: 'sprig',
    example: { go: '{{derivePassword 1 "long" "password" "user" "example.com"}}', gives: 'ZedaFaxcZaso9*' },
    safeMessage: false,
    goOnError: 'text',
    run: (call) =>
      derivePassword(
        {
          counter: call.number(0),
          type: call.text(1),
          masterPassword: call.text(2),
          user: call.text(3),
          site: call.text(4),
        },
        () => call.heavy(SCRYPT_WEIGHT),
      ),
  },
  {
    name: 'encryptAES',
    parameters: [KEY, { name: 'text', type: types.string }],
    returns: types.string,
    doc: 'In AES-256-CBC and Base64; the key is filled with zeros or cut to 32 bytes.',
    source: 'sprig',
    example: {
      go: '{{encryptAES "key" "text" | decryptAES "key"}}',
      handlebars: '{{decryptAES "key" (encryptAES "key" "text")}}',
      gives: 'text',
    },
    safeMessage: true,
    random: 'seeded',
    run: (call) => {
      call.step(CIPHER_BYTES)
      return encryptAes(call.text(0), call.text(1), call.random.bytes(16))
    },
  },
  {
    name: 'decryptAES',
    parameters: [KEY, { name: 'encrypted', type: types.string }],
    returns: types.string,
    doc: 'What `encryptAES` was given.',
    source: 'sprig',
    example: { go: '{{decryptAES "key" "MDEyMzQ1Njc4OWFiY2RlZjmwg6VMDxiGxF/EWbs/Twc="}}', gives: 'text' },
    safeMessage: false,
    run: (call) => {
      call.step(CIPHER_BYTES)
      return decryptAes(call.text(0), call.text(1))
    },
  },
  {
    name: 'randBytes',
    parameters: [{ name: 'count', type: types.int }],
    returns: types.string,
    doc: 'So many random bytes, in Base64.',
    source: 'sprig',
    example: { go: '{{randBytes 6}}', gives: /^[A-Za-z0-9+/]{8}$/ },
    safeMessage: true,
    random: 'seeded',
    run: (call) => {
      const count = call.number(0)
      if (count < 0) throw new FunctionError('runtime error: makeslice: len out of range')
      call.reserve(count * 2)
      return Buffer.from(call.random.bytes(count)).toString('base64')
    },
  },
  {
    name: 'uuidv4',
    parameters: [],
    returns: types.string,
    doc: 'A random UUID, version 4.',
    source: 'sprig',
    example: {
      go: '{{uuidv4}}',
      handlebars: '{{uuidv4}}',
      gives: /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    },
    safeMessage: true,
    random: 'seeded',
    run: (call) => uuid(call.random.bytes(16)),
  },
]

function htpasswd(call: FunctionCall): string {
  const [user, password, algorithm] = [call.text(0), call.text(1), call.text(2)]
  if (user.includes(':')) throw new FunctionError(`invalid username: ${user}`)
  if (algorithm === 'sha') return `${user}:{SHA}${createHash('sha1').update(password, 'latin1').digest('base64')}`
  return `${user}:${bcrypt(password, call.random, () => call.heavy())}`
}

/** RFC 9562, section 5.4. */
function uuid(bytes: Uint8Array): string {
  const marked = Array.from(bytes, (byte, index) =>
    index === 6 ? (byte & 0x0f) | 0x40 : index === 8 ? (byte & 0x3f) | 0x80 : byte,
  )
  const hex = Buffer.from(marked).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
