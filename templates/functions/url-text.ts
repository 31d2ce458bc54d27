import type { ByteText } from '../byte-text.ts'
import { escapeUrlPart } from './url-escape.ts'
import type { Url } from './url-parse.ts'

/** A URL of its parts (Go 1.26, net/url.URL.String). */
export function urlText(url: Url): ByteText {
  const front = `${url.scheme && `${url.scheme}:`}${url.opaque || hierarchy(url)}`
  return `${front}${url.query && `?${url.query}`}${url.fragment && `#${escapeUrlPart(url.fragment, 'fragment')}`}`
}

function hierarchy({ scheme, userinfo, host, path }: Url): ByteText {
  const hasAuthority = scheme !== '' || host !== '' || userinfo !== undefined
  const slashes = hasAuthority && (host !== '' || path !== '' || userinfo !== undefined) ? '//' : ''
  const authority = `${slashes}${userinfo === undefined ? '' : `${userinfo}@`}${escapeUrlPart(host, 'host')}`
  const escaped = path === '*' ? '*' : escapeUrlPart(path, 'path')
  if (host !== '' && escaped !== '' && !escaped.startsWith('/')) return `${authority}/${escaped}`
  const looksLikeScheme = scheme === '' && authority === '' && /^[^/]*:/.test(escaped)
  return `${authority}${looksLikeScheme ? './' : ''}${escaped}`
}
