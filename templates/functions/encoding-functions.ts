import { types } from '../go-type.ts'
import { decodeBase32, encodeBase32 } from './base32-text.ts'
import { decodeBase64, encodeBase64 } from './base64-text.ts'
import { decodeHex } from './decode-hex.ts'
import type { TemplateFunction } from './template-function.ts'

export const encodingFunctions: readonly TemplateFunction[] = [
  {
    name: 'b64enc',
    parameters: [{ name: 'text', type: types.string }],
    returns: types.string,
    doc: 'In Base64.',
    source: 'sprig',
    example: { go: '{{b64enc "user:pass"}}', gives: 'dXNlcjpwYXNz' },
    safeMessage: true,
    run: (call) => encodeBase64(call.text(0)),
  },
  {
    name: 'b64dec',
    parameters: [{ name: 'text', type: types.string }],
    returns: types.string,
    doc: 'From Base64, padding required.',
    source: 'sprig',
    example: { go: '{{b64dec "YWJj"}}', gives: 'abc' },
    safeMessage: true,
    goOnError: 'text',
    run: (call) => decodeBase64(call.text(0)),
  },
  {
    name: 'b32enc',
    parameters: [{ name: 'text', type: types.string }],
    returns: types.string,
    doc: 'In Base32.',
    source: 'sprig',
    example: { go: '{{b32enc "a"}}', gives: 'ME======' },
    safeMessage: true,
    run: (call) => encodeBase32(call.text(0)),
  },
  {
    name: 'b32dec',
    parameters: [{ name: 'text', type: types.string }],
    returns: types.string,
    doc: 'From Base32, capital letters and padding required.',
    source: 'sprig',
    example: { go: '{{b32dec "ME======"}}', gives: 'a' },
    safeMessage: true,
    goOnError: 'text',
    run: (call) => decodeBase32(call.text(0)),
  },
  {
    name: 'hexdec',
    parameters: [{ name: 'text', type: types.string }],
    returns: types.string,
    doc: 'From hexadecimal digits.',
    source: 'External Secrets',
    example: { go: '{{hexdec "4f4B"}}', gives: 'OK' },
    safeMessage: false,
    goOnError: 'text',
    run: (call) => decodeHex(call.text(0)),
  },
]
