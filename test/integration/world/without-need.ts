import { simulateWorld, type WorldOptions, type WorldReport } from './simulate-world.ts'

/** The report of the same world with as few operations as show a problem: each is left out that need not happen. */
export async function withoutNeed(options: WorldOptions, report: WorldReport): Promise<WorldReport> {
  let shortest = report
  const without = new Set<number>()
  for (const number of numbersOf(report).toReversed()) {
    const attempt = await simulateWorld({ ...options, without: new Set([...without, number]) })
    if (attempt.problems.length === 0) continue
    without.add(number)
    shortest = attempt
  }
  return shortest
}

function numbersOf({ operations }: WorldReport): readonly number[] {
  return operations.map((text) => Number(/\/(\d+) /.exec(text)?.[1]))
}
