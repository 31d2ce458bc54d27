import { randomInt } from 'node:crypto'
import { env } from 'node:process'
import * as fc from 'fast-check'

/** The seed of every property unless another is asked for: what a change must pass is the same on every machine. */
const LANDING_SEED = 20_261_125

const seed = env.PROPERTY_SEED === 'new' ? randomInt(2 ** 31) : Number(env.PROPERTY_SEED ?? LANDING_SEED)
const times = Number(env.PROPERTY_TIMES ?? 1)

/** The seed of this run, for tests that draw cases without fast-check. */
export const propertySeed = seed

/** How often a property runs that asks for `count` runs: more often when `npm run test:properties` looks for new cases. */
export function runs(count: number): number {
  return count * times
}

fc.configureGlobal({ seed, numRuns: runs(100) })
