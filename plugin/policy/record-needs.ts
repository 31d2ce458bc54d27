import type { StoreSource } from '../expansion/store-source.ts'
import type { Tenant } from '../model/tenant.ts'
import type { LoadProvider } from '../providers/registry.ts'
import { storeId, storeLookup } from '../stores/store-lookup.ts'
import type { StoreObject } from '../stores/store-object.ts'
import { storeProvider } from '../stores/store-provider.ts'
import type { StreamObjects } from '../stores/stream-objects.ts'
import type { AdministratorStore } from './administrator-store.ts'
import { administratorNeed, gitNeed, type PolicyNeed } from './policy-need.ts'
import { patternOfWanted } from './search-pattern.ts'
import { storeTenancies } from './store-tenancies.ts'

/** Stores that are planned with, but never opened; what they are asked for is remembered for {@link suggestPolicy}. */
export interface NeedRecorder {
  readonly source: StoreSource
  readonly needs: readonly PolicyNeed[]
}

export interface RecorderTools {
  readonly tenant: Tenant
  /** Of a policy that there is already; its stores are asked for by name. */
  readonly administrators: readonly AdministratorStore[]
  readonly objects: StreamObjects
  readonly providers: ReadonlyMap<string, LoadProvider>
}

/**
 * What a tenant's manifests need of a policy: give `source` to `planReads`, then read `needs`. Keys of which nobody can say what the backend takes
 * them for are left out, since no policy can allow them; so are stores of providers without facts.
 */
export async function recordNeeds(streamStores: readonly StoreObject[], tools: RecorderTools): Promise<NeedRecorder> {
  const { administrators, providers } = tools
  const own = new Set(administrators.map(idOf))
  const lookUp = storeLookup([...streamStores, ...administrators])
  const tenancyOf = await storeTenancies([...administrators, ...streamStores], providers)
  const needs: PolicyNeed[] = []
  const source: StoreSource = {
    find(ref, namespace, wanted) {
      const store = lookUp(ref, namespace)
      const tenancy = tenancyOf(store)
      const pattern = patternOfWanted(wanted, tenancy, storeProvider(store.resource).config)
      const reading = { tenant: tools.tenant, namespace }
      if (tenancy && pattern !== undefined) {
        needs.push(
          own.has(idOf(store))
            ? administratorNeed(reading, ref, [pattern])
            : gitNeed(reading, store, tenancy, { patterns: [pattern], objects: tools.objects }),
        )
      }
      return {
        identity: idOf(store),
        name: idOf(store),
        place: store.place,
        open: () => Promise.reject(new Error('a plan opens no store')),
      }
    },
  }
  return { source, needs }
}

function idOf({ resource, namespace }: StoreObject): string {
  return storeId(resource.kind, namespace, resource.metadata.name)
}
