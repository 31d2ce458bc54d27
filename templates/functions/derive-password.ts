import { createHmac, scryptSync } from 'node:crypto'
import type { ByteText } from '../byte-text.ts'
import { FunctionError } from '../function-error.ts'

const VOWELS = 'AEIOU'
const CONSONANTS = 'BCDFGHJKLMNPQRSTVWXYZ'
const LETTERS = VOWELS + VOWELS.toLowerCase() + CONSONANTS + CONSONANTS.toLowerCase()
const DIGITS = '0123456789'

/** The characters that a letter of a template stands for (templates.md, Appendix F). */
const CLASSES: ReadonlyMap<string, string> = new Map([
  ['V', VOWELS],
  ['C', CONSONANTS],
  ['v', VOWELS.toLowerCase()],
  ['c', CONSONANTS.toLowerCase()],
  ['A', VOWELS + CONSONANTS],
  ['a', LETTERS],
  ['n', DIGITS],
  ['o', "@&%?,=[]_:-+*$#!'^~;()/."],
  ['x', `${LETTERS}${DIGITS}!@#$%^&*()`],
])

const LONG =
  'CvcvnoCvcvCvcv CvcvCvcvnoCvcv CvcvCvcvCvcvno CvccnoCvcvCvcv CvccCvcvnoCvcv CvccCvcvCvcvno CvcvnoCvccCvcv ' +
  'CvcvCvccnoCvcv CvcvCvccCvcvno CvcvnoCvcvCvcc CvcvCvcvnoCvcc CvcvCvcvCvccno CvccnoCvccCvcv CvccCvccnoCvcv ' +
  'CvccCvccCvcvno CvcvnoCvccCvcc CvcvCvccnoCvcc CvcvCvccCvccno CvccnoCvcvCvcc CvccCvcvnoCvcc CvccCvcvCvccno'

const TEMPLATES: ReadonlyMap<string, readonly string[]> = new Map([
  ['maximum', ['anoxxxxxxxxxxxxxxxxx', 'axxxxxxxxxxxxxxxxxno']],
  ['long', LONG.split(' ')],
  ['medium', ['CvcnoCvc', 'CvcCvcno']],
  ['short', ['Cvcn']],
  ['basic', ['aaanaaan', 'aannaaan', 'aaannaaa']],
  ['pin', ['nnnn']],
])

const SCOPE = 'com.lyndir.masterpassword'
const SCRYPT = { N: 32_768, r: 8, p: 2, maxmem: 64 * 1024 * 1024 }
const KEY_BYTES = 64

export interface PasswordRequest {
  readonly counter: number
  readonly type: ByteText
  readonly masterPassword: ByteText
  readonly user: ByteText
  readonly site: ByteText
}

/**
 * A password by the Master Password algorithm, version 3 with lengths in bytes. `beforeWork` is called before the slow part. Throws
 * FunctionError for a type that there is not.
 */
export function derivePassword(request: PasswordRequest, beforeWork: () => void): ByteText {
  const templates = TEMPLATES.get(request.type)
  if (!templates) throw new FunctionError(`cannot find password template ${request.type}`)
  beforeWork()
  const salt = SCOPE + bigEndian(request.user.length) + request.user
  const key = scryptSync(latin1(request.masterPassword), latin1(salt), KEY_BYTES, SCRYPT)
  const message = SCOPE + bigEndian(request.site.length) + request.site + bigEndian(request.counter)
  const [choice = 0, ...seed] = createHmac('sha256', key).update(latin1(message)).digest()
  const template = templates[choice % templates.length] ?? ''
  return Array.from(template, (letter, index) => characterOf(letter, seed[index] ?? 0)).join('')
}

function characterOf(letter: string, seed: number): string {
  const characters = CLASSES.get(letter) ?? ''
  return characters.charAt(seed % characters.length)
}

function bigEndian(value: number): ByteText {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes.toString('latin1')
}

function latin1(text: ByteText): Buffer {
  return Buffer.from(text, 'latin1')
}
