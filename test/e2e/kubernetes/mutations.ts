import type { Path } from '../../unit/api/changed.ts'
import { changed } from '../../unit/api/changed.ts'
import type { Manifest } from './full-documents.ts'

/** What stands in the place of a field: another type, another length, another character, nothing. */
const VALUES: readonly (readonly [name: string, value: unknown])[] = [
  ['nothing', undefined],
  ['null', null],
  ['a word', 'word'],
  ['an empty string', ''],
  ['capitals and a space', 'No Name'],
  ['254 characters', 'a'.repeat(254)],
  ['64 characters', 'a'.repeat(64)],
  ['a schedule', '0 2 * * *'],
  ['a number', 7],
  ['a negative number', -1],
  ['a fraction', 1.5],
  ['a number of 33 bits', 2 ** 32],
  ['true', true],
  ['an empty list', []],
  ['a list with null', [null]],
  ['a list with a word', ['word']],
  ['an empty object', {}],
  ['an object with an unknown field', { unknownField: 1 }],
]

export interface Mutation {
  readonly name: string
  readonly document: Manifest
}

/** Where the fields of `value` are, itself included, however deep. */
export function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  const inside = Array.isArray(value)
    ? value.map((item: unknown, index) => [index, item] as const)
    : Object.entries(value).map(([name, item]) => [name, item] as const)
  return [path, ...inside.flatMap(([step, item]) => pathsOf(item, [...path, step]))]
}

/** Every field of `spec` with every value in its place, one at a time. */
export function singleMutations(document: Manifest): readonly Mutation[] {
  return pathsOf(document.spec, ['spec']).flatMap((path) =>
    VALUES.map(([name, value]) => ({
      name: `${path.join('.')}: ${name}`,
      document: changed(document, path, value) as Manifest,
    })),
  )
}

/** `count` objects with two to four changes each, the same for the same `seed`. */
export function randomMutations(document: Manifest, seed: number, count: number): readonly Mutation[] {
  const below = dice(seed)
  const paths = pathsOf(document.spec, ['spec']).slice(1)
  return Array.from({ length: count }, (_, index) => {
    let mutant: unknown = document
    const names: string[] = []
    for (let left = 2 + below(3); left > 0; left--) {
      const path = paths[below(paths.length)] ?? []
      const [name, value] = VALUES[below(VALUES.length)] ?? ['nothing', undefined]
      mutant = changed(mutant, path, value)
      names.push(`${path.join('.')}: ${name}`)
    }
    return { name: `${index}: ${names.join(', ')}`, document: mutant as Manifest }
  })
}

/** Numbers below a bound (xorshift32, Marsaglia 2003). */
function dice(seed: number): (bound: number) => number {
  let state = seed | 0 || 1
  return (bound) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % bound
  }
}
