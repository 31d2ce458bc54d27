import type { StoreTenancy } from '../providers/provider.ts'
import type { LoadProvider } from '../providers/registry.ts'
import type { StoreObject } from '../stores/store-object.ts'
import { storeProvider } from '../stores/store-provider.ts'

/** What the providers of some stores can say of them; `undefined` for one that cannot, or that is not implemented. */
export type TenancyOf = (store: StoreObject) => StoreTenancy | undefined

/** Loads each provider once, without its SDK. */
export async function storeTenancies(
  stores: readonly StoreObject[],
  providers: ReadonlyMap<string, LoadProvider>,
): Promise<TenancyOf> {
  const ids = [...new Set(stores.map(({ resource }) => storeProvider(resource).id))]
  const loaded = await Promise.all(ids.map(async (id) => [id, (await providers.get(id)?.())?.tenancy] as const))
  const tenancies = new Map(loaded)
  return ({ resource }) => tenancies.get(storeProvider(resource).id)
}
