import { createHash } from 'node:crypto'
import { type ByteText, bytesOf } from '../byte-text.ts'
import { types } from '../go-type.ts'
import type { Parameter, TemplateFunction } from './template-function.ts'

const TEXT: Parameter = { name: 'text', type: types.string }

/** Digests, in hexadecimal; Adler-32 in decimal. */
export const hashFunctions: readonly TemplateFunction[] = [
  {
    name: 'sha1sum',
    parameters: [TEXT],
    returns: types.string,
    doc: 'Its SHA-1 digest in hexadecimal.',
    source: 'sprig',
    example: { go: '{{trunc 8 (sha1sum "abc")}}', gives: 'a9993e36' },
    safeMessage: true,
    run: (call) => digest('sha1', call.text(0)),
  },
  {
    name: 'sha256sum',
    parameters: [TEXT],
    returns: types.string,
    doc: 'Its SHA-256 digest in hexadecimal.',
    source: 'sprig',
    example: { go: '{{trunc 8 (sha256sum "abc")}}', gives: 'ba7816bf' },
    safeMessage: true,
    run: (call) => digest('sha256', call.text(0)),
  },
  {
    name: 'sha512sum',
    parameters: [TEXT],
    returns: types.string,
    doc: 'Its SHA-512 digest in hexadecimal.',
    source: 'sprig',
    example: { go: '{{trunc 8 (sha512sum "abc")}}', gives: 'ddaf35a1' },
    safeMessage: true,
    run: (call) => digest('sha512', call.text(0)),
  },
  {
    name: 'adler32sum',
    parameters: [TEXT],
    returns: types.string,
    doc: 'Its Adler-32 checksum as a decimal number.',
    source: 'sprig',
    example: { go: '{{adler32sum "abc"}}', gives: '38600999' },
    safeMessage: true,
    run: (call) => String(adler32(call.text(0))),
  },
]

function digest(algorithm: 'sha1' | 'sha256' | 'sha512', text: ByteText): ByteText {
  return createHash(algorithm).update(text, 'latin1').digest('hex')
}

const LARGEST_PRIME = 65_521

/** RFC 1950, section 8. */
function adler32(text: ByteText): number {
  let a = 1
  let b = 0
  for (const byte of bytesOf(text)) {
    a = (a + byte) % LARGEST_PRIME
    b = (b + a) % LARGEST_PRIME
  }
  return b * 65_536 + a
}
