import { SecretError } from '../../../model/secret-error.ts'
import type { SecretValue } from '../../../model/secret-value.ts'
import type { CredentialSource, SecretKeySelector, ServiceAccountSelector } from '../../credential-source.ts'

/** Where the credentials of a Vault store are in the object, for errors. */
export const STORE_FIELD = 'spec.provider.vault'

/** A selector whose key may be the field's usual one. */
export type KeySelector = Omit<SecretKeySelector, 'key'> & { readonly key?: string | undefined }

/** The credentials of one store as text. `field` is the path of a selector below {@link STORE_FIELD}. Each throws SecretError InvalidSpec. */
export interface StoreCredentials {
  /** As it is stored. `usualKey` is taken when the selector names no key. */
  text(selector: KeySelector, field: string, usualKey?: string): Promise<string>
  /** A token or id: without the white space around it that files tend to end in, and fit for a header. */
  token(selector: KeySelector, field: string, usualKey?: string): Promise<string>
  /** A token of the account, for `audiences` beside its own. */
  accountToken(selector: ServiceAccountSelector, field: string, audiences?: readonly string[]): Promise<string>
  /** The token of the pod that this process runs in. */
  podToken(field: string): Promise<string>
  annotations(selector: ServiceAccountSelector, field: string): Promise<ReadonlyMap<string, string> | undefined>
}

export function storeCredentials(source: CredentialSource): StoreCredentials {
  async function secret(selector: KeySelector, field: string, usualKey: string | undefined): Promise<SecretValue> {
    const { name, namespace } = selector
    const key = selector.key ?? usualKey
    if (key === undefined) {
      throw new SecretError('InvalidSpec', 'the key of the Secret is missing', { place: { field: `${full(field)}.key` } })
    }
    return source.secretKey({ name, namespace, key }, full(field))
  }

  return {
    text: async (selector, field, usualKey) => decoded(await secret(selector, field, usualKey)),
    token: async (selector, field, usualKey) => tokenOf(await secret(selector, field, usualKey), field),
    async accountToken(selector, field, audiences = []) {
      const all = [...(selector.audiences ?? []), ...audiences]
      const token = await source.serviceAccountToken({ ...selector, ...(all.length > 0 && { audiences: all }) }, full(field))
      return tokenOf(token, field)
    },
    async podToken(field) {
      const token = await source.podToken?.(full(field))
      if (token) return tokenOf(token, field)
      throw new SecretError('InvalidSpec', 'this process has no token of a pod to log in with', {
        place: { field: full(field) },
        remedy: 'name a serviceAccountRef or a secretRef',
      })
    },
    annotations: (selector, field) => source.serviceAccountAnnotations(selector, full(field)),
  }
}

export function full(field: string): string {
  return `${STORE_FIELD}.${field}`
}

function tokenOf(value: SecretValue, field: string): string {
  const token = decoded(value).trim()
  if (/^[\x21-\x7e]+$/.test(token)) return token
  throw new SecretError('InvalidSpec', 'the credential is empty or has characters that none can have', {
    place: { field: full(field) },
  })
}

function decoded(value: SecretValue): string {
  return new TextDecoder().decode(value.reveal())
}
