import { freeName } from './free-name.ts'
import type { StoreNeed } from './remote-source.ts'

const MAX_PART = 63

/** Names stores, so that one name stands for one configuration in everything that is migrated together. */
export class StoreNames {
  readonly #names = new Map<string, string>()
  readonly #taken = new Set<string>()
  readonly #counts = new Map<string, number>()

  /** `parts` are joined by hyphens, those that are undefined left out; a number follows where another configuration has that name. */
  store(parts: readonly (string | undefined)[], need: Omit<StoreNeed, 'name'>): StoreNeed {
    const wish = parts.flatMap((part) => (part === undefined || namePart(part) === '' ? [] : [namePart(part)])).join('-')
    const identity = JSON.stringify([wish, need.provider, need.config])
    const name = this.#names.get(identity) ?? this.#free(wish)
    this.#names.set(identity, name)
    return { name, ...need }
  }

  #free(wish: string): string {
    const name = freeName(wish, '-', this.#taken, this.#counts)
    this.#taken.add(name)
    return name
  }
}

/** A part of an object's name out of a name of a provider's: small letters, digits and hyphens. */
function namePart(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_PART)
    .replaceAll(/^-+|-+$/g, '')
}
