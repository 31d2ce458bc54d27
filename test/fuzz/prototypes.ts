import assert from 'node:assert/strict'

const WATCHED = [Object, Array, Map, Set, Function, String, Number, Boolean, RegExp, Error, Date, Uint8Array].map(
  ({ prototype }): object => prototype,
)

/** Every property of the built-in prototypes with what it holds. */
export type Prototypes = readonly (readonly (readonly [key: PropertyKey, descriptor: PropertyDescriptor | undefined])[])[]

export function readPrototypes(): Prototypes {
  return WATCHED.map((prototype) =>
    Reflect.ownKeys(prototype).map((key) => [key, Reflect.getOwnPropertyDescriptor(prototype, key)]),
  )
}

export function assertPrototypesAre(before: Prototypes): void {
  const after = readPrototypes()
  assert.equal(isSame(before, after), true, 'a built-in prototype has changed')
}

function isSame(before: Prototypes, after: Prototypes): boolean {
  return before.every((properties, index) => {
    const now = after[index] ?? []
    return (
      now.length === properties.length &&
      properties.every(([key, was], place) => {
        const [nowKey, is] = now[place] ?? []
        return nowKey === key && is?.value === was?.value && is?.get === was?.get && is?.set === was?.set
      })
    )
  })
}
