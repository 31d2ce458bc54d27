import type { ByteText } from '../byte-text.ts'
import { FunctionError } from '../function-error.ts'
import { goQuote } from '../go-format/quote.ts'

/** A part of a URL. The zone is that of an IPv6 address. */
export type UrlPart = 'path' | 'host' | 'zone' | 'user' | 'fragment'

/** What stays as it is in each part, beside letters, digits and `-_.~` (Go, net/url). */
const KEPT: Readonly<Record<UrlPart, RegExp>> = {
  path: /[A-Za-z0-9\-_.~$&+,/:;=@]/,
  host: /[A-Za-z0-9\-_.~!"$&'()*+,:;<=>[\]]/,
  zone: /[A-Za-z0-9\-_.~!"$&'()*+,:;<=>[\]]/,
  user: /[A-Za-z0-9\-_.~$&+,;=]/,
  fragment: /[A-Za-z0-9\-_.~!$&()*+,/:;=?@]/,
}

export function escapeUrlPart(text: ByteText, part: UrlPart): ByteText {
  const isKept = KEPT[part]
  return text.replaceAll(/[^A-Za-z0-9]/g, (byte) =>
    isKept.test(byte) ? byte : `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
}

/** Throws FunctionError for a `%` without two digits, and in a host for a character or an escape that cannot be in one. */
export function unescapeUrlPart(text: ByteText, part: UrlPart): ByteText {
  const isHost = part === 'host' || part === 'zone'
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index)
    if (character === '%') {
      checkEscape(text.slice(index, index + 3), part)
      index += 2
    } else if (isHost && character < '\x80' && !KEPT[part].test(character)) {
      throw new FunctionError(`invalid character ${goQuote(character)} in host name`)
    }
  }
  return text.replaceAll(/%(..)/g, (_escape, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
}

/** A host may only escape bytes that are not ASCII, a zone those that a host may have, and spaces; both `%`. */
function checkEscape(escape: string, part: UrlPart): void {
  const isWellFormed = /^%[0-9A-Fa-f]{2}$/.test(escape)
  const byte = Number.parseInt(escape.slice(1), 16)
  const isRefused =
    escape !== '%25' &&
    ((part === 'host' && byte < 0x80) || (part === 'zone' && byte !== 0x20 && !KEPT.host.test(String.fromCharCode(byte))))
  if (!isWellFormed || isRefused) throw new FunctionError(`invalid URL escape ${goQuote(escape)}`)
}
