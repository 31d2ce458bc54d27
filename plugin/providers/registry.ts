import type { Provider } from './provider.ts'

/** Loads a provider's schema and behaviour, not its SDK: that comes when a render opens a store. */
export type LoadProvider = () => Promise<Provider>

/** Every provider that this program implements, by its key under `spec.provider`. A new one is its folder, its line here and its docs page. */
export const providers: ReadonlyMap<string, LoadProvider> = new Map<string, LoadProvider>([
  ['aws', async () => (await import('./aws/provider.ts')).aws],
  ['azurekv', async () => (await import('./azurekv/provider.ts')).azurekv],
  ['gcpsm', async () => (await import('./gcpsm/provider.ts')).gcpsm],
  ['vault', async () => (await import('./vault/provider.ts')).vault],
  ['kubernetes', async () => (await import('./kubernetes/provider.ts')).kubernetes],
  ['webhook', async () => (await import('./webhook/provider.ts')).webhook],
  ['fake', async () => (await import('./fake/provider.ts')).fake],
])
