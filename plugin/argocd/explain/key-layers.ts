import type { ExplainedKey, KeySource } from './explanation.ts'

/** Who gave each key of a Secret a value, one over the other. */
export class KeyLayers {
  readonly #layers = new Map<string, KeySource[]>()
  /** Names that are known otherwise than by a template's computing them. */
  readonly #known = new Set<string>()

  /** `source` gives `key` a value over those before it. */
  add(key: string, source: KeySource, isComputed = false): void {
    this.#layers.set(key, [source, ...(this.#layers.get(key) ?? [])])
    if (!isComputed) this.#known.add(key)
  }

  /** Keys in the order of their names, those of templates that compute their names last and without it: it may hold a value (R18). */
  keys(digestOf: (key: string) => string | undefined): readonly ExplainedKey[] {
    const sorted = [...this.#layers].toSorted(([one], [other]) => (one < other ? -1 : 1))
    const explained = sorted.flatMap(([key, [from, ...overrides]]): readonly ExplainedKey[] => {
      if (!from) return []
      const digest = digestOf(key)
      return [{ ...(this.#known.has(key) && { key }), ...(digest !== undefined && { digest }), from, overrides }]
    })
    return [...explained.filter(({ key }) => key !== undefined), ...explained.filter(({ key }) => key === undefined)]
  }
}
