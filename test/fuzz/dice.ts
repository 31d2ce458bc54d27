/** Choices that a seed decides, the same on every machine. */
export class Dice {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** 0 to `sides` - 1. */
  below(sides: number): number {
    return Math.floor((this.#next() / 2 ** 32) * sides)
  }

  /** True in `percent` of 100 throws. */
  chance(percent: number): boolean {
    return this.below(100) < percent
  }

  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.below(choices.length)]
    if (choice === undefined) throw new RangeError('nothing to pick from')
    return choice
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.below(256))
  }

  /** A 32-bit state that goes on by an odd constant and is mixed by multiplications and shifts (a Weyl sequence). */
  #next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
    return (mixed ^ (mixed >>> 16)) >>> 0
  }
}

/** One seed of several numbers and names, so that neighbours have nothing in common. */
export function seedOf(...parts: readonly (number | string)[]): number {
  let seed = 0x811c9dc5
  for (const character of parts.join('/')) seed = Math.imul(seed ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return seed >>> 0
}
