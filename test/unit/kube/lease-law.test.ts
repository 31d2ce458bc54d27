import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Leadership } from '../../../plugin/kube/lease-tenure.ts'
import { silentLogger } from '../../../plugin/model/logger.ts'
import { propertySeed, runs } from '../../support/property-runs.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { VirtualClock } from '../../support/virtual-clock.ts'
import { Contender, type Fate, LeaseServer } from './lease-world.ts'

interface Draw {
  /** Below `most`. */
  readonly number: (most: number) => number
  readonly chance: (likely: number) => boolean
}

function drawFrom(seed: string): Draw {
  const random = seededRandom(seed)
  return { number: (most) => Math.floor(random.fraction() * most), chance: (likely) => random.fraction() < likely }
}

/** How bad the network and the API server are in this stretch of time. */
function drawFate({ number, chance }: Draw, trouble: number): Fate {
  const travel = (): number => (chance(trouble) ? number(12_000) : number(50))
  const lost = (['request', 'answer', 'error'] as const)[number(3)]
  return { thereMs: travel(), backMs: travel(), lost: chance(trouble) ? lost : undefined }
}

/** What happens to contenders in three minutes; returns how many of them led, and how many writes there were. */
async function contend(seed: string): Promise<{ readonly leaders: number; readonly writes: number }> {
  const draw = drawFrom(seed)
  const time = new VirtualClock()
  const server = new LeaseServer()
  const random = seededRandom(`${seed}, jitter`)
  let trouble = 0
  let latest = 0
  let terms = 0
  let writes = 0
  const breaches: string[] = []

  const all = Array.from({ length: 2 + draw.number(3) }, (_, index) => {
    const contender = new Contender(`contender-${index}`, time, server, { random, logger: silentLogger })
    contender.fate = () => drawFate(draw, trouble)
    return contender
  })

  /** Writes at any moment at which it may, as fast as it can, and stops a little after it is told. */
  const lead = (self: Contender) => async (leadership: Leadership) => {
    const term = ++terms
    while (!leadership.signal.aborted && !self.stopping.signal.aborted) {
      await self.clock.sleep(draw.number(400))
      if (!leadership.mayWrite()) continue
      writes++
      if (term < latest) breaches.push(`${self.identity} writes in term ${term}, after one of term ${latest}`)
      latest = term
      const others = all.filter((other) => other !== self && !other.isFrozen && other.leadership?.mayWrite())
      for (const { identity } of others) breaches.push(`${identity} may write beside ${self.identity}`)
    }
    await self.clock.sleep(draw.number(300))
  }

  const ended = all.map((contender) => contender.start(lead(contender)))
  await time.run(10_000)
  for (let stretch = 0; stretch < 17; stretch++) {
    trouble = draw.chance(0.5) ? 0 : draw.number(5) / 10
    const victim = all[draw.number(all.length)]
    // Often the one that leads: there it hurts.
    const target = draw.chance(0.5) ? (all.find(({ leadership }) => leadership) ?? victim) : victim
    if (draw.chance(0.4)) target?.freeze(draw.number(25_000))
    if (draw.chance(0.2)) target?.stepWallClock(draw.number(120_000) - 60_000)
    if (draw.chance(0.1)) target?.stopping.abort()
    await time.run(10_000)
    assert.deepEqual(breaches, [])
  }
  trouble = 0
  for (const contender of all) contender.stopping.abort()
  await time.run(60_000)
  await Promise.all(ended)
  return { leaders: terms, writes }
}

test('never two may write at once, whatever is late, lost or refused, whoever stops, freezes or has its clock set', async () => {
  let leaders = 0
  for (let run = 0; run < runs(25); run++) {
    const seed = `${propertySeed}, run ${run}`
    const happened = await contend(seed).catch((thrown: unknown) => {
      throw new Error(`seed: ${seed}`, { cause: thrown })
    })
    assert.ok(happened.writes > 0, `nobody led: ${seed}`)
    leaders += happened.leaders
  }
  assert.ok(leaders > runs(25) * 2, `only ${leaders} terms: nothing was contended for`)
})
