import type { GeneratorSource } from '../expansion/generator-source.ts'
import type { FoundStore, StoreSource } from '../expansion/store-source.ts'
import { asSecretError } from '../model/secret-error.ts'

/** The same stores; `onRefused` is told of each store and each key that the policy does not allow. */
export function watchedStores(source: StoreSource, onRefused: () => void): StoreSource {
  return {
    find: (...asked) => watchedFind(() => watched(source.find(...asked), onRefused), onRefused),
  }
}

/** The same generators; `onRefused` is told of each that the policy does not allow. */
export function watchedGenerators(source: GeneratorSource, onRefused: () => void): GeneratorSource {
  return { find: (...asked) => watchedFind(() => source.find(...asked), onRefused) }
}

function watchedFind<Found>(find: () => Found, onRefused: () => void): Found {
  try {
    return find()
  } catch (thrown) {
    if (asSecretError(thrown).kind === 'AccessDenied') onRefused()
    throw thrown
  }
}

function watched(store: FoundStore, onRefused: () => void): FoundStore {
  return {
    ...store,
    refusal(ref) {
      const refused = store.refusal?.(ref)
      if (refused) onRefused()
      return refused
    },
    searchRefusal(query) {
      const refused = store.searchRefusal?.(query)
      if (refused) onRefused()
      return refused
    },
  }
}
