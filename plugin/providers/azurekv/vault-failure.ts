import { quoteName } from '../../model/quote-name.ts'
import { SecretError } from '../../model/secret-error.ts'
import type { HttpAnswer } from '../http-client.ts'
import { requestIdOf, retryAfterMsOf } from './azure-headers.ts'
import { NOUNS, type ObjectRef } from './object-ref.ts'

/** An answer of a vault that is not 200: what may be told of it. Its text stays behind. */
export class VaultFailure extends Error {
  readonly status: number
  readonly code: string
  readonly inner: string
  readonly retryAfterMs: number | undefined
  readonly requestId: string | undefined

  constructor(answer: HttpAnswer) {
    super('a vault refused a request')
    this.name = 'VaultFailure'
    this.status = answer.status
    const { code, inner } = codesOf(answer.body)
    this.code = code
    this.inner = inner
    this.retryAfterMs = retryAfterMsOf(answer)
    this.requestId = requestIdOf(answer)
  }

  /** The vault knows the identity, which lacks the right to this call. */
  get isMissingRight(): boolean {
    return this.status === 403 && !DISABLED.has(this.inner) && !NETWORK.has(this.inner)
  }
}

/** Key Vault's own words for "there is no such thing"; any other 404 comes from something else (secret-reader.ts). */
const NOT_FOUND = new Set(['SecretNotFound', 'KeyNotFound', 'CertificateNotFound'])
const DISABLED = new Set(['SecretDisabled', 'KeyDisabled', 'CertificateDisabled'])
/** Network rules of the vault ("Azure Key Vault REST API Error Codes", 403). */
const NETWORK = new Set(['ForbiddenByFirewall', 'ForbiddenByConnection'])

/** Azure's built-in roles and the older access policies ("Provide access to Key Vault keys, certificates, and secrets with Azure RBAC"). */
const RIGHTS: Readonly<Record<ObjectRef['type'], string>> = {
  secret: 'the role "Key Vault Secrets User" on the vault, or the access policy permission Get for secrets',
  key: 'the role "Key Vault Crypto User" on the vault, or the access policy permission Get for keys',
  cert: 'the role "Key Vault Certificate User" on the vault, or the access policy permission Get for certificates',
}

/** What a failed read means ("Azure Key Vault REST API Error Codes"). Names the object, the vault's host and known codes alone. */
export function vaultError(failure: VaultFailure, ref: ObjectRef, host: string): SecretError {
  const { status, inner, retryAfterMs } = failure
  const what = `${NOUNS[ref.type]} ${quoteName(ref.name)}${ref.version ? ` in version ${quoteName(ref.version)}` : ''}`
  const said = `(${[`HTTP ${status}`, failure.requestId && `request ${failure.requestId}`].filter(Boolean).join(', ')})`
  if (status === 404 && NOT_FOUND.has(failure.code)) {
    return new SecretError('NotFound', `no ${what} in the vault ${host}`, {
      remedy: "correct remoteRef (key, version) or the store's vaultUrl, or create it",
    })
  }
  if (status === 403 && DISABLED.has(inner)) {
    return new SecretError('AccessDenied', `the ${what} in the vault ${host} is disabled`, {
      remedy: 'enable it in the vault, or ask for another version',
    })
  }
  if (status === 403 && NETWORK.has(inner)) {
    return new SecretError('AccessDenied', `the vault ${host} does not let this network in ${said}`, {
      remedy: "allow it in the vault's firewall, or read through the vault's private endpoint",
    })
  }
  if (status === 403) {
    return new SecretError('AccessDenied', `not allowed to read the ${what} in the vault ${host} ${said}`, {
      remedy: `give the identity ${RIGHTS[ref.type]}`,
    })
  }
  if (status === 401) {
    return new SecretError('AccessDenied', `the vault ${host} does not take the token of this identity ${said}`, {
      remedy: "check that the identity is of the vault's tenant, and that environmentType is the vault's cloud",
    })
  }
  if (status === 400) {
    return new SecretError('InvalidSpec', `the vault ${host} does not understand the reference to the ${what} ${said}`, {
      remedy: 'correct remoteRef (key, version)',
    })
  }
  if (status === 429) {
    return new SecretError('Throttled', `the vault ${host} has too many requests ${said}`, {
      remedy: 'spread the secrets over more vaults, or render less often (4,000 calls in 10 seconds a vault)',
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    })
  }
  return otherError(failure, host, said)
}

function otherError({ status, retryAfterMs }: VaultFailure, host: string, said: string): SecretError {
  if (status >= 500 || status === 408) {
    return new SecretError('Unavailable', `the vault ${host} failed ${said}`, {
      remedy: 'render again; if it stays so, ask Azure with the id of the request',
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    })
  }
  const redirected = status >= 300 && status < 400
  return new SecretError(
    'Unavailable',
    `${host} ${redirected ? 'redirects elsewhere' : 'does not answer like a vault'} ${said}`,
    {
      lasting: true,
      remedy: 'check vaultUrl, and that no proxy answers in its place',
    },
  )
}

function codesOf(body: Uint8Array): { readonly code: string; readonly inner: string } {
  const error = fieldOf(jsonOf(body), 'error')
  return { code: textOf(fieldOf(error, 'code')), inner: textOf(fieldOf(fieldOf(error, 'innererror'), 'code')) }
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body))
  } catch {
    return undefined
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
