import { type ByteText, runesOf } from '../byte-text.ts'
import { FunctionError } from '../function-error.ts'
import { types } from '../go-type.ts'
import { runeText } from './runes.ts'
import type { FunctionCall, TemplateFunction } from './template-function.ts'
import { intNamed, TEXT, toText } from './text-parameters.ts'
import { uniformBelow } from './uniform-below.ts'

const DIGITS = '0123456789'
const CAPITALS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const LETTERS = CAPITALS + CAPITALS.toLowerCase()
const ASCII = Array.from({ length: 127 - 32 }, (_, index) => String.fromCharCode(32 + index)).join('')
const BYTES_PER_DRAW = 256

function randomText(name: string, doc: string, alphabet: string, gives: RegExp): TemplateFunction {
  return {
    ...toText(name, [intNamed('count')], { doc, example: { go: `{{${name} 6}}`, gives } }, (call) => draw(call, alphabet)),
    random: 'seeded',
  }
}

export const stringRandomFunctions: readonly TemplateFunction[] = [
  randomText('randAlphaNum', 'So many random letters and digits.', DIGITS + LETTERS, /^[0-9A-Za-z]{6}$/),
  randomText('randAlpha', 'So many random letters.', LETTERS, /^[A-Za-z]{6}$/),
  randomText('randNumeric', 'So many random digits.', DIGITS, /^\d{6}$/),
  randomText('randAscii', 'So many random printable characters of ASCII.', ASCII, /^[ -~]{6}$/),
  {
    name: 'randBytes',
    parameters: [intNamed('count')],
    returns: types.string,
    doc: 'So many random bytes in Base64.',
    source: 'sprig',
    example: { go: '{{len (randBytes 6)}}', gives: '8' },
    safeMessage: true,
    random: 'seeded',
    run: (call) => drawBytes(call),
  },
  {
    ...toText(
      'shuffle',
      [TEXT],
      { doc: 'The characters in random order.', example: { go: '{{shuffle "aaa"}}', gives: 'aaa' } },
      (call) => shuffle(call),
    ),
    random: 'seeded',
  },
]

/** Less than one character is none (goutils' error is swallowed). */
function draw(call: FunctionCall, alphabet: string): ByteText {
  const count = call.number(0)
  if (count <= 0) return ''
  call.reserve(count)
  const { random } = call
  const limit = BigInt(alphabet.length)
  let drawn = ''
  for (let index = 0; index < count; index++) {
    call.step(BYTES_PER_DRAW)
    drawn += alphabet.charAt(Number(uniformBelow(limit, random)))
  }
  return drawn
}

function drawBytes(call: FunctionCall): ByteText {
  const count = call.number(0)
  if (count < 0) throw new FunctionError('runtime error: makeslice: len out of range', true)
  call.reserve(Math.ceil(count / 3) * 4)
  return Buffer.from(call.random.bytes(count)).toString('base64')
}

/** A byte that is no character becomes U+FFFD. */
function shuffle(call: FunctionCall): ByteText {
  const runes = Array.from(runesOf(call.text(0)), ({ codePoint }) => runeText(codePoint))
  const { random } = call
  for (let last = runes.length - 1; last > 0; last--) {
    call.step(BYTES_PER_DRAW)
    const index = Number(uniformBelow(BigInt(last + 1), random))
    const [moved = '', kept = ''] = [runes[last], runes[index]]
    runes[last] = kept
    runes[index] = moved
  }
  return runes.join('')
}
