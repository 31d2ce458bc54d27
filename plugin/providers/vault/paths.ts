import type { RemoteRef } from '../../model/remote-ref.ts'
import { SecretError } from '../../model/secret-error.ts'

/** What of a store decides where its secrets are. */
export interface KvMount {
  /** The engine's mount; without it keys begin with it. */
  readonly path?: string | undefined
  readonly version: 'v1' | 'v2'
}

/**
 * Where the value or the metadata of `ref` is, below `/v1/` (external-secrets.md 7.4, "path build"). Not escaped yet.
 * Throws SecretError InvalidSpec for a key that no path can be made of.
 */
export function pathOf(mount: KvMount, ref: RemoteRef): string {
  const path = ref.part === 'metadata' ? metadataPath(mount, ref.key) : dataPath(mount, ref.key)
  const segments = path.split('/').filter((segment) => segment !== '')
  if (segments.some(isStep)) {
    throw new SecretError('InvalidSpec', 'a key of Vault cannot have "." or ".." as a part of its path')
  }
  if (segments.length === 0) throw new SecretError('InvalidSpec', 'a key of Vault cannot be empty')
  return segments.join('/')
}

/** Where the versions of the secret at `dataPath` (of {@link pathOf}) are told; undefined for a path that is in no KV version 2 engine. */
export function metadataOfData({ path: mount, version }: KvMount, dataPath: string): string | undefined {
  if (version === 'v1') return undefined
  const segments = dataPath.split('/')
  const at = mount === undefined ? segments.indexOf('data', 1) : mount.split('/').filter((segment) => segment !== '').length
  return segments[at] === 'data' && at > 0 ? segments.with(at, 'metadata').join('/') : undefined
}

/** `auth/<mount>` as an auth method's `path` means it. Throws SecretError InvalidSpec for a path that would lead elsewhere. */
export function authMount(path: string, field: string): string {
  return `auth/${loginPart(path.replaceAll(/^\/+|\/+$/g, ''), field)}`
}

/** `part` of a login's path, as it is. Throws SecretError InvalidSpec when a URL would take some of it for a step to another path. */
export function loginPart(part: string, field: string): string {
  if (!part.split('/').some(isStep)) return part
  throw new SecretError('InvalidSpec', 'a path of Vault cannot have "." or ".." as a part', { place: { field } })
}

function isStep(segment: string): boolean {
  return segment === '.' || segment === '..'
}

/** The path as it goes into a URL: every segment escaped, so that nothing in a key can end the path or begin a query. */
export function escapedPath(path: string): string {
  return path
    .split('/')
    .map((segment) => encodeURIComponent(segment.toWellFormed()).replaceAll(/[!'()*]/g, percentEncoded))
    .join('/')
}

function dataPath({ path: mount, version }: KvMount, key: string): string {
  if (mount !== undefined) {
    const below = withoutPrefix(key, `${mount}/`)
    if (version === 'v1') return `${mount}/${below ?? key}`
    return `${mount}/data/${below === undefined ? key : (withoutPrefix(below, 'data/') ?? below)}`
  }
  if (version === 'v1' || key.includes('/data/')) return key
  const [first = '', ...rest] = key.split('/')
  return [first, 'data', ...rest].join('/')
}

function metadataPath({ path: mount, version }: KvMount, key: string): string {
  if (version === 'v1') {
    throw new SecretError('InvalidSpec', 'KV version 1 has no metadata', {
      remedy: 'remove metadataPolicy, or use a KV version 2 engine',
    })
  }
  if (mount !== undefined) return `${mount}/metadata/${key}`
  if (!key.includes('data')) {
    throw new SecretError('InvalidSpec', 'the metadata of this key cannot be found', {
      remedy: "give the mount as the store's path, or write the key as MOUNT/data/NAME",
    })
  }
  return key.replace('/data/', '/metadata/')
}

function withoutPrefix(text: string, prefix: string): string | undefined {
  return text.startsWith(prefix) ? text.slice(prefix.length) : undefined
}

function percentEncoded(sign: string): string {
  return `%${sign.charCodeAt(0).toString(16).toUpperCase()}`
}
