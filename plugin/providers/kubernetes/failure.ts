import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json-value.ts'
import { parseJson } from '../../json/parse-json.ts'
import { quoteName } from '../../model/quote-name.ts'
import { type ErrorKind, SecretError } from '../../model/secret-error.ts'
import type { HttpAnswer } from '../http-client.ts'

/** What was asked, for the message and the remedy. */
export interface Asked {
  readonly verb: 'get' | 'list' | 'watch'
  readonly namespace: string
  /** Of the Secret; absent for all of them. */
  readonly name?: string
  /** What the whole of it needs, beside `verb`. */
  readonly verbs?: readonly string[]
}

/** Why there is no answer: by status, and for 404 by what the server says is not there. Its own words are not repeated (R18). */
export function kubeFailure(answer: HttpAnswer, asked: Asked): SecretError {
  const { status, headers } = answer
  const what = whatIs(asked)
  if (status === 404) return notFound(answer, asked, what)
  if (status === 401) return unknownCaller()
  if (status === 403) return notAllowed(asked)
  if (status >= 300 && status < 400) {
    const remedy = 'let server.url be that address'
    return new SecretError('Unavailable', `the API server sends elsewhere (status ${status}), which is not followed`, {
      lasting: true,
      remedy,
    })
  }
  const kind: ErrorKind = status === 429 ? 'Throttled' : status === 400 || status === 422 ? 'InvalidSpec' : 'Unavailable'
  const seconds = Number(headers['retry-after'])
  return new SecretError(kind, `the API server answered with status ${status} for ${what}`, {
    remedy: kind === 'InvalidSpec' ? 'check the key, and the tags of a search' : 'see the log of the API server',
    // A listing whose snapshot is too old has to start anew.
    ...(status === 410 && { lasting: true }),
    ...(seconds > 0 && { retryAfterMs: seconds * 1000 }),
  })
}

export function notAllowed(asked: Asked): SecretError {
  return new SecretError('AccessDenied', `the API server does not allow to ${asked.verb} ${whatIs(asked)}`, {
    remedy: grant(asked),
  })
}

export function unknownCaller(): SecretError {
  const remedy = 'check the token or certificate of the store, and that it is one of this cluster'
  return new SecretError('AccessDenied', 'the API server does not know who asks (status 401)', { remedy })
}

/** An answer that is a success and makes no sense. */
export function notKubernetes(): SecretError {
  return new SecretError('Unavailable', 'something that is not the API of Kubernetes answered', {
    lasting: true,
    remedy: 'check server.url, and that no proxy answers in its place',
  })
}

/** metav1.Status names what is not there; a path that leads nowhere does not. */
function notFound({ body }: HttpAnswer, { name }: Asked, what: string): SecretError {
  const status = objectOrNothing(body)
  if (status?.get('kind') !== 'Status') return notKubernetes()
  const details = status.get('details')
  if (name !== undefined && isObject(details) && details.get('name') === name) {
    return new SecretError('NotFound', `there is no ${what}`, { remedy: 'check the key, and remoteNamespace of the store' })
  }
  return new SecretError('InvalidSpec', 'the server has no Secrets at this address', { remedy: 'check the path of server.url' })
}

function whatIs({ name, namespace }: Asked): string {
  return `${name === undefined ? 'Secrets' : `Secret ${quoteName(name)}`} of namespace ${quoteName(namespace)}`
}

function grant({ verb, namespace, name, verbs = [verb] }: Asked): string {
  const names = name === undefined ? '' : `, resourceNames: [${name}]`
  return `grant it by a Role in namespace ${namespace}: {apiGroups: [""], resources: [secrets]${names}, verbs: [${verbs.join(', ')}]}`
}

export function objectOrNothing(body: Uint8Array): JsonObject | undefined {
  try {
    const json = parseJson(body, 'verbatim')
    return isJsonObject(json) ? json : undefined
  } catch {
    return undefined
  }
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return value !== undefined && isJsonObject(value)
}
