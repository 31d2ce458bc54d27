import { isJsonList, type JsonObject, type JsonValue } from '../../json/json-value.ts'
import { SecretError } from '../../model/secret-error.ts'
import type { Login } from './api.ts'
import type { KubeConnection } from './connection.ts'
import { isObject, notKubernetes, objectOrNothing, unknownCaller } from './failure.ts'

const REVIEWS = '/apis/authorization.k8s.io/v1/'

/**
 * Whether the login may get Secrets of the namespace, as the server itself says (Kubernetes API reference, SelfSubjectRulesReview and
 * SelfSubjectAccessReview; external-secrets.md 7.5). Rules first: they name what is allowed by name alone. A server whose authorisers cannot
 * list their rules is asked about all Secrets then. Throws SecretError where it says nothing.
 */
export async function mayGetSecrets(
  connection: KubeConnection,
  namespace: string,
  login: Login,
  signal: AbortSignal,
): Promise<boolean> {
  const review = (kind: string, spec: object): Promise<JsonObject> => reviewed(connection, { kind, spec }, login, signal)
  const rules = (await review('SelfSubjectRulesReview', { namespace })).get('resourceRules')
  if (rules !== undefined && isJsonList(rules) && rules.some(allowsSecrets)) return true
  const resourceAttributes = { resource: 'secrets', namespace, verb: 'get' }
  return (await review('SelfSubjectAccessReview', { resourceAttributes })).get('allowed') === true
}

async function reviewed(
  { server, http }: KubeConnection,
  { kind, spec }: { readonly kind: string; readonly spec: object },
  login: Login,
  signal: AbortSignal,
): Promise<JsonObject> {
  const url = new URL(`${server.href.replace(/\/+$/, '')}${REVIEWS}${kind.toLowerCase()}s`)
  const headers = { ...login, accept: 'application/json', 'content-type': 'application/json' }
  const body = JSON.stringify({ apiVersion: 'authorization.k8s.io/v1', kind, spec })
  const answer = await http.send({ method: 'POST', url, headers, body, signal })
  if (answer.status === 401) throw unknownCaller()
  if (answer.status !== 201)
    throw new SecretError(
      answer.status === 403 ? 'AccessDenied' : 'Unavailable',
      `the API server answered a ${kind} with status ${answer.status}`,
      {
        remedy: 'let the login ask what it may do, as the ClusterRole system:basic-user does',
      },
    )
  const status = objectOrNothing(answer.body)?.get('status')
  if (!isObject(status)) throw notKubernetes()
  return status
}

function allowsSecrets(rule: JsonValue): boolean {
  if (!isObject(rule)) return false
  const names = (field: string): readonly JsonValue[] => {
    const list = rule.get(field) ?? []
    return isJsonList(list) ? list : []
  }
  const has = (field: string, name: string): boolean => names(field).some((one) => one === name || one === '*')
  return has('resources', 'secrets') && has('verbs', 'get') && (names('apiGroups').length === 0 || has('apiGroups', ''))
}
