import type { ByteText } from '../byte-text.ts'
import { FunctionError } from '../function-error.ts'
import { goQuote } from '../go-format/quote.ts'
import { escapeUrlPart, unescapeUrlPart } from './url-escape.ts'
import { parseUrlHost } from './url-host.ts'

/** The parts of a URL, unescaped but for `query` and `userinfo`. */
export interface Url {
  readonly scheme: ByteText
  /** What follows the scheme when that is no path. */
  readonly opaque: ByteText
  /** `user:password`, escaped. Undefined: there is none. */
  readonly userinfo: ByteText | undefined
  /** With the port. */
  readonly host: ByteText
  readonly path: ByteText
  readonly query: ByteText
  readonly fragment: ByteText
}

const NOTHING: Url = { scheme: '', opaque: '', userinfo: undefined, host: '', path: '', query: '', fragment: '' }

/** Throws FunctionError `parse "URL": why`, which holds the URL (Go 1.26, net/url.Parse). */
export function parseUrl(text: ByteText): Url {
  const [beforeFragment, fragment] = cut(text, '#')
  const url = explained(beforeFragment, () => parseWithoutFragment(beforeFragment))
  return explained(text, () => ({ ...url, fragment: unescapeUrlPart(fragment, 'fragment') }))
}

function explained<T>(url: ByteText, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    throw error instanceof FunctionError ? new FunctionError(`parse ${goQuote(url)}: ${error.message}`) : error
  }
}

function parseWithoutFragment(text: ByteText): Url {
  const hasControl = Array.from(text).some((byte) => byte < ' ' || byte === '\x7f')
  if (hasControl) throw new FunctionError('net/url: invalid control character in URL', true)
  if (text === '*') return { ...NOTHING, path: '*' }
  const { scheme, rest: afterScheme } = cutScheme(text)
  const [rest, query] = cut(afterScheme, '?')
  const base = { ...NOTHING, scheme, query }
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { ...base, opaque: rest }
    if (cut(rest, '/')[0].includes(':')) throw new FunctionError('first path segment in URL cannot contain colon', true)
  }
  const hasAuthority = rest.startsWith('//') && (scheme !== '' || !rest.startsWith('///'))
  if (!hasAuthority) return { ...base, path: unescapeUrlPart(rest, 'path') }
  const [, authority = '', path = ''] = /^\/\/([^/]*)(.*)$/s.exec(rest) ?? []
  return { ...base, ...parseAuthority(authority, scheme), path: unescapeUrlPart(path, 'path') }
}

/** Letters, digits and `+-.`, a letter first, up to a colon; anything else is no scheme. */
function cutScheme(text: ByteText): { readonly scheme: ByteText; readonly rest: ByteText } {
  if (text.startsWith(':')) throw new FunctionError('missing protocol scheme', true)
  const [, scheme, rest = ''] = /^([A-Za-z][A-Za-z0-9+\-.]*):(.*)$/s.exec(text) ?? []
  return scheme === undefined ? { scheme: '', rest: text } : { scheme: scheme.toLowerCase(), rest }
}

function parseAuthority(authority: ByteText, scheme: ByteText): Pick<Url, 'userinfo' | 'host'> {
  const at = authority.lastIndexOf('@')
  const host = parseUrlHost(authority.slice(at + 1), scheme)
  if (at < 0) return { userinfo: undefined, host }
  const written = authority.slice(0, at)
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(written)) throw new FunctionError('net/url: invalid userinfo', true)
  const [user, password] = cut(written, ':')
  const parts = written.includes(':') ? [user, password] : [user]
  return { userinfo: parts.map((part) => escapeUrlPart(unescapeUrlPart(part, 'user'), 'user')).join(':'), host }
}

function cut(text: ByteText, separator: string): readonly [before: ByteText, after: ByteText] {
  const index = text.indexOf(separator)
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + separator.length)]
}
