import { isJsonList, type JsonObject, type JsonValue } from '../../json/json-value.ts'
import type { ListingPage } from '../every-page.ts'
import type { KubeConnection } from './connection.ts'
import { type Asked, isObject, kubeFailure, notKubernetes, objectOrNothing } from './failure.ts'
import { lastChangeMs } from './last-change.ts'

/** What is known of a Secret without its values. */
export interface SecretFacts {
  readonly name: string
  readonly resourceVersion: string
  /** Milliseconds since the epoch. */
  readonly changedAtMs: number | undefined
}

export interface KubeSecret extends SecretFacts {
  /** Base64, as the API has it. */
  readonly data: ReadonlyMap<string, string>
  readonly labels: ReadonlyMap<string, string>
  readonly annotations: ReadonlyMap<string, string>
}

export interface SecretFactsPage extends ListingPage {
  readonly secrets: readonly SecretFacts[]
}

/** Headers that log in. */
export type Login = Readonly<Record<string, string>>

/** The Secrets of one namespace. Each throws SecretError. */
export interface KubeSecretsApi {
  /** The server has said that it does not know who asks (401): the credentials are of no use any more. */
  readonly isUnknown: boolean
  read(name: string, login: Login, signal: AbortSignal): Promise<KubeSecret>
  /** Metadata alone comes over the wire. */
  look(name: string, login: Login, signal: AbortSignal): Promise<SecretFacts>
  /** Metadata of those with the labels (`a=b,c=d`), a page. */
  page(selector: string, token: string | undefined, login: Login, signal: AbortSignal): Promise<SecretFactsPage>
}

/** Metadata with annotations, all of them, of so many Secrets stay far below what an answer may have. */
export const PAGE_SIZE = 250

const JSON_TYPE = 'application/json'
/** "Receiving resources as metadata" (Kubernetes API concepts): without the plain type beside it, so that data never comes instead. */
const METADATA = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1'
const METADATA_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1'

/** Three requests of the core API, v1 (Kubernetes API reference, Secret). */
export function kubeSecretsApi({ server, http }: KubeConnection, namespace: string): KubeSecretsApi {
  const base = `${server.href.replace(/\/+$/, '')}/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets`

  let isUnknown = false

  async function get(path: string, accept: string, asked: Asked, login: Login, signal: AbortSignal): Promise<JsonObject> {
    const answer = await http.send({ method: 'GET', url: new URL(base + path), headers: { ...login, accept }, signal })
    isUnknown ||= answer.status === 401
    if (answer.status !== 200) throw kubeFailure(answer, asked)
    const object = objectOrNothing(answer.body)
    if (!object) throw notKubernetes()
    return object
  }

  return {
    get isUnknown() {
      return isUnknown
    },

    async read(name, login, signal) {
      const asked = { verb: 'get', namespace, name } as const
      const secret = await get(`/${encodeURIComponent(name)}`, JSON_TYPE, asked, login, signal)
      const metadata = metadataOf(secret)
      if (secret.get('kind') !== 'Secret') throw notKubernetes()
      return {
        ...factsOf(metadata),
        data: textsOf(secret.get('data')),
        labels: textsOf(metadata.get('labels')),
        annotations: textsOf(metadata.get('annotations')),
      }
    },

    async look(name, login, signal) {
      const asked = { verb: 'get', namespace, name } as const
      return factsOf(metadataOf(await get(`/${encodeURIComponent(name)}`, METADATA, asked, login, signal)))
    },

    async page(selector, token, login, signal) {
      const query = new URLSearchParams({ limit: String(PAGE_SIZE) })
      if (selector !== '') query.set('labelSelector', selector)
      if (token !== undefined) query.set('continue', token)
      const list = await get(`?${query.toString()}`, METADATA_LIST, { verb: 'list', namespace }, login, signal)
      const items = list.get('items') ?? []
      if (!Array.isArray(items) || list.get('kind') !== 'PartialObjectMetadataList') throw notKubernetes()
      const next = metadataOf(list).get('continue')
      return {
        secrets: (isJsonList(items) ? items : []).map((item) => factsOf(metadataOf(item))),
        nextToken: typeof next === 'string' ? next : undefined,
      }
    },
  }
}

function metadataOf(object: JsonValue): JsonObject {
  const metadata = isObject(object) ? object.get('metadata') : undefined
  if (!isObject(metadata)) throw notKubernetes()
  return metadata
}

function factsOf(metadata: JsonObject): SecretFacts {
  const [name, resourceVersion] = [metadata.get('name'), metadata.get('resourceVersion')]
  if (typeof name !== 'string' || typeof resourceVersion !== 'string' || resourceVersion === '') throw notKubernetes()
  const managers = metadata.get('managedFields') ?? []
  const times = (isJsonList(managers) ? managers : []).map((entry) => (isObject(entry) ? entry.get('time') : undefined))
  return { name, resourceVersion, changedAtMs: lastChangeMs(times) }
}

/** A map of texts; what is absent is an empty one. */
function textsOf(value: JsonValue | undefined): ReadonlyMap<string, string> {
  if (value === undefined || value === null) return new Map()
  if (!isObject(value)) throw notKubernetes()
  return new Map([...value].map(([key, text]) => [key, typeof text === 'string' ? text : '']))
}
