import type { Random } from '../model/random.ts'

type RandomBytes = Pick<Random, 'bytes'>

const RANGE = 2 ** 32
const BYTES = 4

/** A whole number below `limit`, each as likely as the others: numbers of the last, cut round are drawn again. */
export function drawBelow(random: RandomBytes, limit: number): number {
  if (limit < 1) throw new RangeError('there is nothing to draw from')
  const end = RANGE - (RANGE % limit)
  for (;;) {
    const bytes = random.bytes(BYTES)
    const number = new DataView(bytes.buffer, bytes.byteOffset, BYTES).getUint32(0)
    if (number < end) return number % limit
  }
}

/** `items` in an order of which each is as likely as the others (Fisher and Yates). */
export function shuffled<T>(random: RandomBytes, items: readonly T[]): readonly T[] {
  const order = [...items]
  for (let last = order.length - 1; last > 0; last--) {
    const place = drawBelow(random, last + 1)
    const [item] = order.splice(place, 1, ...order.slice(last, last + 1))
    if (item !== undefined) order[last] = item
  }
  return order
}
