/** Ids of Applications, by key and store. */
export class KeyUsers {
  readonly #byKey = new Map<string, Map<string, Set<string>>>()
  #size = 0

  /** Distinct keys of stores. */
  get size(): number {
    return this.#size
  }

  add(store: string, key: string, id: string): void {
    const stores = this.#byKey.get(key) ?? new Map<string, Set<string>>()
    const users = stores.get(store) ?? new Set<string>()
    if (users.size === 0) this.#size++
    users.add(id)
    stores.set(store, users)
    this.#byKey.set(key, stores)
  }

  remove(store: string, key: string, id: string): void {
    const stores = this.#byKey.get(key)
    const users = stores?.get(store)
    if (!stores || !users?.delete(id) || users.size > 0) return
    this.#size--
    stores.delete(store)
    if (stores.size === 0) this.#byKey.delete(key)
  }

  /** Who uses a key of one store. */
  of(store: string, key: string): Iterable<string> {
    return this.#byKey.get(key)?.get(store) ?? []
  }

  /** Who uses a key with one of these names, of whatever store. */
  named(names: Iterable<string>): ReadonlySet<string> {
    const named = new Set<string>()
    for (const name of names) for (const users of this.#byKey.get(name)?.values() ?? []) for (const id of users) named.add(id)
    return named
  }
}
