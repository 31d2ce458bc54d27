import { SecretError } from '../model/secret-error.ts'
import type { GeneratorContext } from './generator.ts'

/** No connection goes there: a host that may have this address was listed by name (http-client.ts). */
const ANY_ADDRESS = '0.0.0.0'

/**
 * Where the API of another party begins. Tokens travel there, so it is https, but for a host that the administrator listed by name, and where hosts
 * are the user's own business (R5). Throws SecretError InvalidSpec.
 */
export function partyUrl(text: string, field: string, { mayConnect }: Pick<GeneratorContext, 'mayConnect'>): URL {
  const url = URL.parse(text)
  const isPlain = url?.username === '' && url.password === '' && url.search === '' && url.hash === ''
  if (!url || !isPlain || !/^https?:$/.test(url.protocol)) {
    throw new SecretError('InvalidSpec', 'must be a URL like https://example.com, without credentials, query or fragment', {
      place: { field },
      remedy: 'correct it',
    })
  }
  if (url.protocol === 'https:' || !mayConnect || mayConnect(url.host, ANY_ADDRESS)) return url
  throw new SecretError('InvalidSpec', 'a token would travel there without TLS', {
    place: { field },
    remedy: 'write https, or have the administrator list the host in the rule that allows it',
  })
}

/** The same of a host, `host` or `host:port`, which is always asked by https. Throws SecretError InvalidSpec. */
export function hostUrl(host: string, field: string): URL {
  const url = /^[\w.-]+(:\d{1,5})?$/.test(host) ? URL.parse(`https://${host}`) : null
  if (url) return url
  throw new SecretError('InvalidSpec', 'must be a host like registry.example.com, or host:port', {
    place: { field },
    remedy: 'correct it',
  })
}

/** The address of a call below the beginning of an API: every part is one segment of its path, whatever it holds. Throws SecretError InvalidSpec. */
export function below(base: URL, parts: readonly string[], query: Readonly<Record<string, string>> = {}): URL {
  // A URL takes these for a step to another path, also when they are escaped.
  if (parts.some((part) => part === '.' || part === '..' || part === '')) {
    throw new SecretError('InvalidSpec', 'a name that becomes part of a path cannot be empty, "." or ".."', {
      remedy: 'correct it',
    })
  }
  const path = parts.map((part) => encodeURIComponent(part.toWellFormed())).join('/')
  const url = new URL(`${base.origin}${base.pathname.replace(/\/+$/, '')}/${path}`)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  return url
}
