import { randomBytes } from 'node:crypto'
import type { World } from './world.ts'

/** A value that is nowhere else, long enough to be found in whatever it is put into. */
export function newCanary(): string {
  return `canary-${randomBytes(18).toString('hex')}`
}

/**
 * Every place that holds `canary`, as it is, or in base64 or hex of any text around it: keys of Redis and etcd, and `logs`.
 * Gives names of places, never what is there.
 */
export async function placesOf(world: World, canary: string): Promise<readonly string[]> {
  const holds = searchFor(canary)
  const stores = { redis: await world.redis.entries(), etcd: await world.etcd.entries() }
  const places = Object.entries(stores).flatMap(([store, entries]) =>
    [...entries].filter(([key, value]) => holds(key) || holds(value)).map(([key]) => `${store}: ${key}`),
  )
  return holds(await world.logs()) ? [...places, 'logs'] : places
}

/** Says of a text whether it holds the canary in one of its disguises. */
export function searchFor(canary: string): (text: string) => boolean {
  const bytes = Buffer.from(canary)
  // In base64 three bytes are four characters: each way that the canary may lie, without the characters that its neighbours share.
  const inBase64 = [0, 1, 2].map((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
    return shifted.slice(offset === 0 ? 0 : offset + 1, -4)
  })
  const disguises = [canary, bytes.toString('hex'), ...inBase64]
  return (text) => disguises.some((disguise) => text.includes(disguise))
}
