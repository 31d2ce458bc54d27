import type { z } from 'zod'
import { isPlainObject } from '../api/plain-object.ts'
import type { Generator } from '../generators/generator.ts'
import type { LoadGenerator } from '../generators/registry.ts'
import type { Provider } from '../providers/provider.ts'
import type { LoadProvider } from '../providers/registry.ts'

/** What the objects of a stream are read with; only what they name is loaded. */
export interface ObjectSchemas {
  /** The configuration schemas of the providers that the given store objects name, those of ESO's that are not implemented here too. */
  providers(stores: readonly unknown[]): Promise<ReadonlyMap<string, z.ZodType>>
  /** The providers that these stores name, as far as they are implemented. */
  implemented(stores: readonly unknown[]): Promise<ReadonlyMap<string, Provider>>
  /** The generators of these kinds, as far as they are implemented; `kinds` as they are written. */
  generators(kinds: readonly unknown[]): Promise<ReadonlyMap<string, Generator>>
}

export function objectSchemas(
  providers: ReadonlyMap<string, LoadProvider>,
  generators: ReadonlyMap<string, LoadGenerator>,
): ObjectSchemas {
  const implemented: ObjectSchemas['implemented'] = async (stores) => {
    const named = new Set(stores.flatMap(providersNamedBy))
    const entries = [...providers].filter(([id]) => named.has(id))
    return new Map(await Promise.all(entries.map(async ([id, load]) => [id, await load()] as const)))
  }
  return {
    implemented,
    async providers(stores) {
      const own = Array.from(await implemented(stores), ([id, { config }]) => [id, config] as const)
      const named = new Set(stores.flatMap(providersNamedBy))
      const others = [...named].some((id) => !providers.has(id)) ? await knownOnlySchemas(named) : []
      return new Map([...others, ...own])
    },
    async generators(kinds) {
      const named = new Set(kinds)
      const entries = [...generators].filter(([kind]) => named.has(kind))
      return new Map(await Promise.all(entries.map(async ([kind, load]) => [kind, await load()] as const)))
    },
  }
}

/** Those of ESO's that are not implemented here are loaded only when a store names one. */
async function knownOnlySchemas(named: ReadonlySet<string>): Promise<readonly (readonly [string, z.ZodType])[]> {
  const { knownProviderSchemas } = await import('../api/known/known-provider-schemas.ts')
  return [...knownProviderSchemas].filter(([id]) => named.has(id))
}

function providersNamedBy(store: unknown): readonly string[] {
  const provider = fieldOf(fieldOf(store, 'spec'), 'provider')
  return isPlainObject(provider) ? Object.keys(provider) : []
}

function fieldOf(value: unknown, name: string): unknown {
  return isPlainObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}
