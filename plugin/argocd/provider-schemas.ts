import type { z } from 'zod'
import { isPlainObject } from '../api/plain-object.ts'
import type { LoadProvider } from '../providers/registry.ts'

/** Loads the configuration schemas of the providers that the given store objects name, and of no others. */
export type ProviderSchemas = (stores: readonly unknown[]) => Promise<ReadonlyMap<string, z.ZodType>>

export function providerSchemas(providers: ReadonlyMap<string, LoadProvider>): ProviderSchemas {
  return async (stores) => {
    const named = new Set(stores.flatMap(providersNamedBy))
    const entries = [...providers].filter(([id]) => named.has(id))
    return new Map(await Promise.all(entries.map(async ([id, load]) => [id, (await load()).config] as const)))
  }
}

function providersNamedBy(store: unknown): readonly string[] {
  const provider = fieldOf(fieldOf(store, 'spec'), 'provider')
  return isPlainObject(provider) ? Object.keys(provider) : []
}

function fieldOf(value: unknown, name: string): unknown {
  return isPlainObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}
