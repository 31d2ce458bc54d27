import { broken, gone, overloaded, refused, reset } from './api-errors.ts'
import type { ReflectorWorld } from './reflector-world.ts'

type Operation = (world: ReflectorWorld) => void

/** What happens to a server and on the way to it, and how often of so many. */
const OPERATIONS: readonly (readonly [weight: number, operation: Operation])[] = [
  [250, create],
  [400, update],
  [150, remove],
  [40, makeAgain],
  [30, ({ server }) => server.compact()],
  [30, cut],
  [10, (world) => forWatches(world, (watch) => watch.end())],
  [8, (world) => forWatches(world, (watch) => watch.fail(gone(), world.below(4)))],
  [6, (world) => forWatches(world, (watch) => watch.fail(broken(), world.below(4)))],
  [4, (world) => forWatches(world, (watch) => watch.fail(overloaded(world.below(5_000)), world.below(4)))],
  [4, (world) => forWatches(world, stall)],
  [30, refuse],
  [20, expirePage],
  [8, (world) => world.restart()],
  [10, ({ server }) => server.catchUp()],
  [2, ({ server }) => void (server.sendsBookmarks = !server.sendsBookmarks)],
]

const WEIGHTS = OPERATIONS.reduce((sum, [weight]) => sum + weight, 0)

/** One thing happens; then others may go on, or not yet. */
export async function operate(world: ReflectorWorld): Promise<void> {
  let draw = world.below(WEIGHTS)
  for (const [weight, operation] of OPERATIONS) {
    if (draw < weight) {
      operation(world)
      break
    }
    draw -= weight
  }
  await world.goOn()
}

function create(world: ReflectorWorld): void {
  const name = world.name('away')
  if (name !== undefined) world.server.create(name)
}

function update(world: ReflectorWorld): void {
  const name = world.name('there')
  if (name !== undefined) world.server.update(name, 'x'.repeat(world.below(200)))
}

function remove(world: ReflectorWorld): void {
  const name = world.name('there')
  if (name !== undefined) world.server.delete(name)
}

function makeAgain(world: ReflectorWorld): void {
  const name = world.name('there')
  if (name === undefined) return
  world.server.delete(name)
  world.server.create(name)
}

/** At any byte of what is on its way. */
function cut(world: ReflectorWorld): void {
  forWatches(world, (watch) => watch.cutAt(world.below(2_000)))
}

function stall(watch: ReturnType<ReflectorWorld['watches']>[number]): void {
  watch.isStalled = true
}

function refuse(world: ReflectorWorld): void {
  const faults = [
    refused,
    reset,
    broken,
    broken,
    gone,
    overloaded,
    () => overloaded(world.below(20_000)),
    () => 'silence' as const,
  ]
  const fault = faults[world.below(faults.length)]
  if (fault) world.faults.push(fault())
}

function expirePage(world: ReflectorWorld): void {
  world.nextPageExpires = true
  forWatches(world, (watch) => watch.fail(gone()))
}

function forWatches(world: ReflectorWorld, act: (watch: ReturnType<ReflectorWorld['watches']>[number]) => void): void {
  for (const watch of world.watches()) act(watch)
}
