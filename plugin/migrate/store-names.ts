import type { StoreNeed } from './remote-source.ts'

const MAX_PART = 63

/** Names stores, so that one name stands for one configuration in everything that is migrated together. */
export class StoreNames {
  readonly #configurations = new Map<string, string>()

  /** `parts` are joined by hyphens, those that are undefined left out; a number follows where another configuration has that name. */
  store(parts: readonly (string | undefined)[], need: Omit<StoreNeed, 'name'>): StoreNeed {
    const wish = parts.flatMap((part) => (part === undefined || namePart(part) === '' ? [] : [namePart(part)])).join('-')
    const configuration = JSON.stringify([need.provider, need.config])
    let name = wish
    for (let count = 2; (this.#configurations.get(name) ?? configuration) !== configuration; count++) name = `${wish}-${count}`
    this.#configurations.set(name, configuration)
    return { name, ...need }
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
