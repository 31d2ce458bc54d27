import { type ByteText, bytesOf } from '../byte-text.ts'
import { standardBase64 } from './standard-base64.ts'

/** One block of RFC 7468, with the headers of RFC 1421 where it has any. */
export interface PemBlock {
  readonly type: ByteText
  readonly headers: ReadonlyMap<ByteText, ByteText>
  readonly bytes: Uint8Array
}

const BEGIN = '-----BEGIN '
const END = '\n-----END '
const DASHES = '-----'
const SPACE = /[\t\n\v\f\r ]/

/** The first block and what follows it; without a block all of the text is the rest (Go, encoding/pem Decode). */
export function decodePem(text: ByteText): { readonly block: PemBlock | undefined; readonly rest: ByteText } {
  let from = 0
  for (let end = text.indexOf(END); end >= 0; end = text.indexOf(END, from)) {
    const begin = text.slice(from, end).lastIndexOf(BEGIN)
    const startsLine = begin === 0 || text.charAt(from + begin - 1) === '\n'
    const read = begin >= 0 && startsLine ? blockAt(text, from + begin + BEGIN.length, end) : undefined
    if (read === 'none') break
    if (read) return read
    from = end + END.length
  }
  return { block: undefined, rest: text }
}

/** Every block, and what is left behind the last one. */
export function decodeAllPem(text: ByteText): { readonly blocks: readonly PemBlock[]; readonly rest: ByteText } {
  const blocks: PemBlock[] = []
  let { block, rest } = decodePem(text)
  while (block) {
    blocks.push(block)
    ;({ block, rest } = decodePem(rest))
  }
  return { blocks, rest }
}

/** In lines of 64 characters; `Proc-Type` is the first header, the others are sorted (Go, encoding/pem Encode). */
export function encodePem(type: ByteText, bytes: Uint8Array, headers: ReadonlyMap<ByteText, ByteText> = new Map()): ByteText {
  const names = [...headers.keys()].sort((a, b) => Number(b === 'Proc-Type') - Number(a === 'Proc-Type') || (a < b ? -1 : 1))
  const headerLines = names.map((name) => `${name}: ${headers.get(name)}\n`).join('')
  const body = Buffer.from(bytes)
    .toString('base64')
    .replaceAll(/.{1,64}/g, '$&\n')
  return `${BEGIN}${type}-----\n${headerLines}${headerLines && '\n'}${body}-----END ${type}-----\n`
}

/** The block whose type starts at `at` and whose END has its line break at `end`. Where that END is a header, Go sees no block at all. */
function blockAt(
  text: ByteText,
  at: number,
  end: number,
): { readonly block: PemBlock; readonly rest: ByteText } | 'none' | undefined {
  const typeLine = lineAt(text, at)
  if (!typeLine.line.endsWith(DASHES)) return undefined
  const type = typeLine.line.slice(0, -DASHES.length)
  const headers = new Map<ByteText, ByteText>()
  let body = typeLine.next
  for (let { line, next } = lineAt(text, body); line.includes(':'); { line, next } = lineAt(text, body)) {
    const colon = line.indexOf(':')
    headers.set(trimmed(line.slice(0, colon)), trimmed(line.slice(colon + 1)))
    body = next
    if (end + 1 < body) return 'none'
  }
  if (headers.size > 0 && end < body) return undefined
  const trailer = end + END.length
  if (!text.startsWith(type + DASHES, trailer)) return undefined
  const after = lineAt(text, trailer + type.length + DASHES.length)
  if (after.line !== '') return undefined
  const bytes = end > body ? standardBase64(text.slice(body, end).replaceAll(/[ \t]/g, '')) : bytesOf('')
  return bytes && { block: { type, headers, bytes }, rest: text.slice(after.next) }
}

/** A line without its break and without spaces and tabs at its end, and where the next one starts. */
function lineAt(text: ByteText, at: number): { readonly line: ByteText; readonly next: number } {
  const lineBreak = text.indexOf('\n', at)
  const end = lineBreak < 0 ? text.length : lineBreak
  const withoutReturn = lineBreak > at && text.charAt(end - 1) === '\r' ? end - 1 : end
  let stop = withoutReturn
  while (stop > at && /[ \t]/.test(text.charAt(stop - 1))) stop--
  return { line: text.slice(at, stop), next: lineBreak < 0 ? end : end + 1 }
}

function trimmed(text: ByteText): ByteText {
  let start = 0
  let end = text.length
  while (start < end && SPACE.test(text.charAt(start))) start++
  while (end > start && SPACE.test(text.charAt(end - 1))) end--
  return text.slice(start, end)
}
