import { isJsonList, isJsonObject } from '../../json/json-value.ts'
import { quoteName } from '../../model/quote-name.ts'
import { type ErrorDetails, type ErrorKind, SecretError } from '../../model/secret-error.ts'
import type { VaultAnswer } from './api.ts'
import { envelopeOf } from './envelope.ts'

/** What was asked, for the message and the remedy. */
export interface Asked {
  /** Below `/v1/`, not escaped. */
  readonly path: string
  readonly namespace: string | undefined
  /** What the policy has to allow; `read` without it. */
  readonly capability?: 'read' | 'list' | 'update' | 'delete'
}

/** What any call may meet, by status (Vault's HTTP API, "HTTP status codes"; Enterprise's 412, 472 and 473). */
const BY_STATUS: ReadonlyMap<number, readonly [ErrorKind, string, ErrorDetails?]> = new Map([
  [412, ['Unavailable', 'this node of Vault is behind the state that was asked for', { remedy: 'set forwardInconsistent' }]],
  [
    429,
    [
      'Throttled',
      'Vault allows no more requests now',
      { remedy: 'raise the rate limit quota of the path, or lower the concurrency' },
    ],
  ],
  [472, ['Unavailable', 'this Vault is a disaster recovery secondary', { remedy: 'let server be the primary' }]],
  [473, ['Unavailable', 'this node of Vault is a standby that does not answer', { remedy: 'let server be the active node' }]],
  [503, ['Unavailable', 'Vault is sealed or under maintenance', { remedy: 'unseal it' }]],
])

/** Why a secret was not read: an answer that is not a success. Vault's own words are not repeated (R18). */
export function readFailure(answer: VaultAnswer, asked: Asked): SecretError {
  const { status } = answer
  if (status === 403) return denied(asked)
  if (status === 404) return notFound(answer, asked)
  if (status === 400 || status === 405) {
    return new SecretError('InvalidSpec', `Vault cannot read ${placeOf(asked)} (status ${status})`, {
      remedy: "check the store's path and version, and the version of the reference",
    })
  }
  return commonFailure(answer)
}

/** A read that makes credentials, where they would end or change before anybody could use them. The lease is left to its end. */
export function leaseRefused({ path }: Asked, why: 'it ends with the login' | 'it changes with every render'): SecretError {
  return new SecretError(
    'InvalidSpec',
    `${quoteName(path)} makes new credentials with every read, which cannot be used: ${why}`,
    {
      remedy: 'deliver the ExternalSecret by passthrough, and ask by the generator VaultDynamicSecret',
    },
  )
}

/** Why a login, or a token's look at itself, failed. */
export function loginFailure(answer: VaultAnswer, asked: Asked): SecretError {
  const { status } = answer
  if (status === 400 || status === 401 || status === 403) {
    return new SecretError('AccessDenied', `Vault refused the login at ${placeOf(asked)} (status ${status})`, {
      remedy: 'check the role, its bounds and the credentials of the store',
    })
  }
  if (status === 404 || status === 405) {
    return new SecretError('InvalidSpec', `no auth method answers at ${placeOf(asked)} (status ${status})`, {
      remedy: 'check the path of the auth method and the namespace: vault auth list',
    })
  }
  return commonFailure(answer)
}

function commonFailure({ status, headers }: VaultAnswer): SecretError {
  if (status >= 300 && status < 400) {
    return new SecretError('Unavailable', `Vault sends to another address (status ${status}), which is not followed`, {
      lasting: true,
      remedy: 'let server be that address: the active node, or the load balancer with https',
    })
  }
  const [kind, message, details] = BY_STATUS.get(status) ?? [
    'Unavailable',
    `Vault answered with status ${status}`,
    { remedy: 'see the log of Vault' },
  ]
  const seconds = Number(headers['retry-after'])
  return new SecretError(kind, message, { ...details, ...(seconds > 0 && { retryAfterMs: seconds * 1000 }) })
}

function denied({ path, namespace, capability = 'read' }: Asked): SecretError {
  const where = namespace === undefined ? '' : ` in namespace ${quoteName(namespace)}`
  return new SecretError('AccessDenied', `Vault does not allow to ${capability} ${quoteName(path)}${where}`, {
    remedy: `add to the policy of the login: path ${quoteName(path)} { capabilities = ["${capability}"] }`,
  })
}

/**
 * Vault's "there is no such secret" is a 404 without an error, or with a deleted version. With an error the path leads to no engine; with a
 * warning it leads into a KV version 2 engine, but not to a secret. Whatever else answers 404 is not Vault. A version 2 path into a version 1
 * engine looks like a secret that is not there (`data/app` is a fine name for one); ESO takes it for that too.
 */
function notFound(answer: VaultAnswer, asked: Asked): SecretError {
  const envelope = envelopeOf(answer)
  const errors = envelope?.get('errors')
  const data = envelope?.get('data')
  if (data !== undefined && data !== null && isJsonObject(data))
    return new SecretError('NotFound', `the version of ${placeOf(asked)} is deleted or destroyed`, {
      remedy: 'name another version, or vault kv undelete it',
    })
  if (errors !== undefined && isJsonList(errors)) {
    if (errors.length === 0)
      return new SecretError('NotFound', `no secret at ${placeOf(asked)}`, {
        remedy: "check the key and the version, and that the store's version is the one of the engine",
      })
    return new SecretError('InvalidSpec', `no secrets engine answers at ${placeOf(asked)}`, {
      remedy: "check the store's path and namespace: vault secrets list",
    })
  }
  if (envelope?.has('warnings')) {
    return new SecretError('InvalidSpec', `${placeOf(asked)} is in a KV version 2 engine, but not the path of a secret`, {
      remedy: "set the store's version to v2, or its path to the mount",
    })
  }
  return new SecretError('Unavailable', 'something that is not Vault answered (status 404)', {
    lasting: true,
    remedy: 'check server',
  })
}

function placeOf({ path, namespace }: Asked): string {
  return namespace === undefined ? quoteName(path) : `${quoteName(path)} in namespace ${quoteName(namespace)}`
}
