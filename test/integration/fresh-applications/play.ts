import { addApplication, fillStores, happen, rotateAll } from './happenings.ts'
import { type ModelWorld, startModelWorld } from './model-world.ts'

export interface Played {
  readonly seed: number
  readonly problems: readonly string[]
  readonly story: readonly string[]
}

const APPLICATIONS = 7
const MINUTE_MS = 60_000
const SETTLE_MS = 5 * MINUTE_MS
const LONGEST_MS = 6 * MINUTE_MS
/** Longer than documentation says that anything takes once everything is well. */
const QUIET_MS = 40 * MINUTE_MS

/** One life of a world, as its seed has it. */
export async function play(seed: number, batches: number): Promise<Played> {
  const world = await startModelWorld(seed)
  const { clock, judge, controller, story, tell } = world
  fillStores(world)
  controller.start()
  for (let count = 0; count < APPLICATIONS; count++) addApplication(world)
  await clock.run(SETTLE_MS)
  for (let batch = 0; batch < batches && judge.problems.length === 0; batch++) {
    await disturb(world)
    await clock.run(QUIET_MS)
    tell('all should be fresh')
    judge.checkFresh()
  }
  await checkEnd(world)
  judge.checkWhole()
  await world.stop()
  return { seed, problems: judge.problems, story }
}

/** Many things happen, and all that does not stay so is over afterwards. */
async function disturb(world: ModelWorld): Promise<void> {
  const { dice, clock } = world
  const undoing = new Set<() => void>()
  for (let count = 5 + dice.below(16); count > 0; count--) {
    const undo = await happen(world)
    if (undo) {
      const once = (): void => {
        if (undoing.delete(once)) undo()
      }
      undoing.add(once)
      void clock.sleep(dice.below(LONGEST_MS)).then(once)
    }
    await clock.run(dice.pick([0, 500, 5_000, 30_000, 70_000]))
  }
  for (const undo of undoing) undo()
}

/** What is deleted is forgotten once its keys are rotated. */
async function checkEnd(world: ModelWorld): Promise<void> {
  const { clock, argo, judge, indexed } = world
  if (judge.problems.length > 0) return
  rotateAll(world)
  await clock.run(QUIET_MS)
  const surplus = indexed().filter((id) => !argo.apps.has(id))
  if (surplus.length > 0) judge.problems.push(`the index still has ${surplus.join(', ')}`)
  judge.checkFresh()
}
