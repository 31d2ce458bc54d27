import type { ApiCall } from './api-call.ts'
import type { KubeStorage } from './kube-storage.ts'
import { badRequest, expired, Refused } from './refused.ts'
import { asMetadata, wantsMetadata } from './representation.ts'
import { selectorOf } from './selectors.ts'
import { apiVersionOf, type StoredObject, storageKey } from './stored-object.ts'

/** Where a page ends, and of which moment the list is. */
interface Place {
  readonly revision: number
  readonly after: string
}

/** One page (Kubernetes API concepts, "Retrieving large results sets in chunks", "resourceVersion semantics for get and list"). */
export function listObjects(storage: KubeStorage, call: ApiCall): object {
  const { resource, namespace, query } = call
  const from = placeOf(query.get('continue'))
  const revision = from?.revision ?? wantedRevision(storage, query)
  if (from && revision < storage.compactedAt) {
    throw expired('The provided continue parameter is too old to display a consistent list result.')
  }
  const isSelected = selectorOf(query)
  const all = storage.list(resource, namespace, revision)
  const rest = from ? all.filter(({ metadata }) => storageKey(metadata.namespace, metadata.name) > from.after) : all
  const selected = rest.filter(isSelected)
  // The watch cache, which answers for version 0, gives everything at once.
  const limit = query.get('resourceVersion') === '0' ? 0 : Number(query.get('limit') ?? 0)
  const page = limit > 0 ? selected.slice(0, limit) : selected
  const last = page.at(-1)?.metadata
  const isWhole = page.length === selected.length || !last
  const hasSelector = query.has('labelSelector') || query.has('fieldSelector')
  const metadata = {
    resourceVersion: String(revision),
    ...(!isWhole && {
      continue: placeText({ revision, after: storageKey(last.namespace, last.name) }),
      ...(!hasSelector && { remainingItemCount: selected.length - page.length }),
    }),
  }
  if (wantsMetadata(call)) {
    return { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items: page.map(asMetadata) }
  }
  const items = resource.isCustom ? page : page.map(withoutKind)
  return { kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata, items }
}

/** Items of built-in lists do not repeat what they are. */
function withoutKind(object: StoredObject): object {
  const { kind: _, apiVersion: __, ...rest } = object
  return rest
}

function wantedRevision(storage: KubeStorage, query: URLSearchParams): number {
  const asked = query.get('resourceVersion') ?? ''
  if (asked === '' || asked === '0') return storage.revision
  const revision = revisionOf(asked)
  if (revision > storage.revision) {
    const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }]
    throw new Refused(504, 'Timeout', `Too large resource version: ${asked}`, causes, 1)
  }
  if (query.get('resourceVersionMatch') !== 'Exact') return storage.revision
  storage.assertKnown(revision)
  return revision
}

export function revisionOf(text: string): number {
  if (!/^\d+$/.test(text)) throw badRequest(`invalid resource version ${JSON.stringify(text)}`)
  return Number(text)
}

function placeText(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

function placeOf(text: string | null): Place | undefined {
  if (text === null || text === '') return undefined
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString()) as Place
  } catch {
    throw badRequest('continue key is not valid')
  }
}
