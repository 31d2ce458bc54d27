import type { z } from 'zod'
import type { Generator } from '../generators/generator.ts'
import type { LoadGenerator } from '../generators/registry.ts'
import type { Provider } from '../providers/provider.ts'
import type { LoadProvider } from '../providers/registry.ts'
import { namedProviders, providerSchemas } from '../stores/provider-schemas.ts'

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
  return {
    implemented: (stores) => namedProviders(stores, providers),
    providers: (stores) => providerSchemas(stores, providers),
    async generators(kinds) {
      const named = new Set(kinds)
      const entries = [...generators].filter(([kind]) => named.has(kind))
      return new Map(await Promise.all(entries.map(async ([kind, load]) => [kind, await load()] as const)))
    },
  }
}
