import type { z } from 'zod'
import { isPlainObject } from '../api/plain-object.ts'
import type { Provider } from '../providers/provider.ts'
import type { LoadProvider } from '../providers/registry.ts'

/** The providers that store objects name, as far as they are implemented; no other is loaded. */
export async function namedProviders(
  stores: readonly unknown[],
  providers: ReadonlyMap<string, LoadProvider>,
): Promise<ReadonlyMap<string, Provider>> {
  const named = new Set(stores.flatMap(providersNamedBy))
  const entries = [...providers].filter(([id]) => named.has(id))
  return new Map(await Promise.all(entries.map(async ([id, load]) => [id, await load()] as const)))
}

/** What the configurations of store objects are read with: the schemas of the providers that they name, those of ESO's that are not implemented here too. */
export async function providerSchemas(
  stores: readonly unknown[],
  providers: ReadonlyMap<string, LoadProvider>,
): Promise<ReadonlyMap<string, z.ZodType>> {
  const own = Array.from(await namedProviders(stores, providers), ([id, { config }]) => [id, config] as const)
  const named = new Set(stores.flatMap(providersNamedBy))
  const others = [...named].some((id) => !providers.has(id)) ? await knownOnlySchemas(named) : []
  return new Map([...others, ...own])
}

/** Loaded only when a store names one. */
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
