import { YamlError } from './yaml-error.ts'

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf]

/** The characters of a document in UTF-8, without a byte order mark. Throws YamlError for other bytes and for control characters. */
export function readText(bytes: Uint8Array): string {
  const marked = BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte)
  const content = marked ? bytes.subarray(BYTE_ORDER_MARK.length) : bytes
  const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('utf8')
  const readable = FORBIDDEN.test(text) || text.includes('\uFFFD') ? checked(content) : true
  if (!readable) throw new YamlError('yaml: control characters are not allowed', { safe: true })
  return text
}

/** YAML 1.1, 5.1: what is not printable, but for tab and line breaks. Lone surrogates cannot come out of UTF-8. */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const FORBIDDEN = /[\0-\u0008\v\f\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/

/** Walks to the first byte or character that is refused; a false answer is a forbidden character, U+FFFD itself is none. */
function checked(bytes: Uint8Array): boolean {
  for (let index = 0; index < bytes.length; ) {
    const lead = bytes[index] ?? 0
    const width = widthOf(lead)
    if (width === 0) throw invalid('invalid leading UTF-8 octet')
    if (index + width > bytes.length) throw invalid('incomplete UTF-8 octet sequence')
    if (FORBIDDEN.test(String.fromCodePoint(codePoint(bytes, index, width)))) return false
    index += width
  }
  return true
}

function codePoint(bytes: Uint8Array, index: number, width: number): number {
  const lead = bytes[index] ?? 0
  let value = width === 1 ? lead : lead & (0xff >> (width + 1))
  for (let offset = 1; offset < width; offset++) {
    const next = bytes[index + offset] ?? 0
    if ((next & 0xc0) !== 0x80) throw invalid('invalid trailing UTF-8 octet')
    value = (value << 6) | (next & 0x3f)
  }
  if (value < (SMALLEST[width - 1] ?? 0)) throw invalid('invalid length of a UTF-8 sequence')
  if ((value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff) throw invalid('invalid Unicode character')
  return value
}

const SMALLEST = [0, 0x80, 0x800, 0x10000] as const

function widthOf(lead: number): number {
  if (lead < 0x80) return 1
  if (lead >= 0xc0 && lead < 0xe0) return 2
  if (lead >= 0xe0 && lead < 0xf0) return 3
  return lead >= 0xf0 && lead < 0xf8 ? 4 : 0
}

function invalid(problem: string): YamlError {
  return new YamlError(`yaml: ${problem}`, { safe: true })
}
