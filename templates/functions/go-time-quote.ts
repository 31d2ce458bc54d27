import type { ByteText } from '../byte-text.ts'

/** The quotes of Go's time package: only printable ASCII, every other byte as `\xff`. */
export function timeQuote(text: ByteText): ByteText {
  const escaped = Array.from(text, (byte) => {
    if (byte === '"' || byte === '\\') return `\\${byte}`
    return byte < ' ' || byte >= '\x80' ? `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}` : byte
  })
  return `"${escaped.join('')}"`
}
