import { parseGoDuration } from '../api/go-duration.ts'
import type { OpenStore } from '../expansion/store-source.ts'
import { NOT_IMPLEMENTED } from '../model/not-implemented.ts'
import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'
import type { OpenContext } from '../providers/provider.ts'
import type { LoadProvider } from '../providers/registry.ts'
import type { StoreObject } from './store-object.ts'
import { storeProvider } from './store-provider.ts'

/** What every store is opened with; the store's own facts and its credentials are added to it. */
export type OpenTools = Omit<OpenContext, 'credentials' | 'store'>

/** The owner of the administrator's own stores. */
export const ADMINISTRATOR = 'administrator'

/** For whom a store is opened: readers are never shared between owners, and those of Git connect only where the policy says. */
export interface StoreScope {
  /** {@link ADMINISTRATOR}, or what binds the credentials of a store of Git: project, namespace and rule. */
  readonly owner: string
  /** Credentials may come from the manifests of this one render: no other render may use its reader. */
  readonly isOfOneRender?: true
  readonly mayConnect?: OpenContext['mayConnect']
}

/** Opens a store that has been found and allowed. A warm process keeps its readers and gives them out again. */
export interface StoreOpener {
  /**
   * @param namespace of the ExternalSecret that uses the store
   * @throws SecretError, without a place where the field alone is known
   */
  open(store: StoreObject, namespace: string, credentials: OpenContext['credentials'], scope?: StoreScope): Promise<OpenStore>
}

/** A reader of its own for every render. */
export function freshStores(providers: ReadonlyMap<string, LoadProvider>, tools: OpenTools): StoreOpener {
  return {
    async open({ resource, place }, namespace, credentials, scope) {
      const { id, config } = storeProvider(resource)
      const load = providers.get(id)
      if (!load) {
        throw new SecretError('InvalidSpec', `the provider ${quoteName(id)} ${NOT_IMPLEMENTED}`, {
          place: { ...place, field: `spec.provider.${id}` },
          remedy: `implemented are ${[...providers.keys()].join(', ')}`,
        })
      }
      const provider = await load()
      const store = { kind: resource.kind, name: resource.metadata.name, namespace, ...retryOf(resource) }
      const guard = scope?.mayConnect && { mayConnect: scope.mayConnect }
      return { provider, reader: await provider.open(config, { ...tools, ...guard, credentials, store }) }
    },
  }
}

/** `spec.retrySettings` as providers take it (external-secrets.md 5.1). */
export function retryOf({ spec }: StoreObject['resource']): { retry?: { maxRetries?: number; intervalMs?: number } } {
  const settings = spec.retrySettings
  if (!settings) return {}
  const intervalMs = settings.retryInterval === undefined ? undefined : parseGoDuration(settings.retryInterval)
  return {
    retry: {
      ...(settings.maxRetries !== undefined && { maxRetries: settings.maxRetries }),
      ...(intervalMs !== undefined && { intervalMs }),
    },
  }
}
