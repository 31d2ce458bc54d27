import type { GeneratorSource } from '../expansion/generator-source.ts'
import type { StoreSource } from '../expansion/store-source.ts'
import type { Tenant } from '../model/tenant.ts'
import type { LoadProvider } from '../providers/registry.ts'
import { generatorLookup, generatorName } from '../stores/generator-lookup.ts'
import type { GeneratorObject } from '../stores/generator-object.ts'
import { storeId, storeLookup } from '../stores/store-lookup.ts'
import type { StoreObject } from '../stores/store-object.ts'
import { storeProvider } from '../stores/store-provider.ts'
import type { StreamObjects } from '../stores/stream-objects.ts'
import type { AdministratorStore } from './administrator-store.ts'
import { administratorNeed, generatorNeed, gitNeed, type PolicyNeed } from './policy-need.ts'
import { patternOfWanted } from './search-pattern.ts'
import { storeTenancies } from './store-tenancies.ts'
import { kindsOf } from './tenant-generators.ts'

/** Stores that are planned with, but never opened; what they are asked for is remembered for {@link suggestPolicy}. */
export interface NeedRecorder {
  readonly source: StoreSource
  readonly generators: GeneratorSource
  readonly needs: readonly PolicyNeed[]
}

export interface RecorderTools {
  readonly tenant: Tenant
  /** Of a policy that there is already; its stores are asked for by name. */
  readonly administrators: readonly AdministratorStore[]
  readonly objects: StreamObjects
  /** Of the stream. */
  readonly generators: readonly GeneratorObject[]
  readonly providers: ReadonlyMap<string, LoadProvider>
}

/**
 * What a tenant's manifests need of a policy: give both sources to `planReads`, then read `needs`. Keys of which nobody can say what the backend takes
 * them for are left out, since no policy can allow them; so are stores of providers without facts, and generators of what expires.
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
  return { source, generators: recordedGenerators(tools, needs), needs }
}

function recordedGenerators({ generators, tenant }: RecorderTools, needs: PolicyNeed[]): GeneratorSource {
  const lookUp = generatorLookup(generators)
  return {
    find(ref, namespace) {
      const found = lookUp(ref, namespace)
      const { stability } = found.generator
      if (stability !== 'ephemeral') needs.push(generatorNeed({ tenant, namespace }, kindsOf(found)))
      return {
        name: generatorName(found),
        stability,
        generate: () => Promise.reject(new Error('a plan asks no generator')),
      }
    },
  }
}

function idOf({ resource, namespace }: StoreObject): string {
  return storeId(resource.kind, namespace, resource.metadata.name)
}
