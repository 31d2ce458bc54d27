import { availableParallelism } from 'node:os'
import process from 'node:process'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'

/** No case takes a tenth of it; one that hangs must not hold a build. */
const TEST_TIMEOUT_MS = 180_000

/**
 * Runs test files as `node --test` does, each in a process of its own, reports them on stdout, and gives those in which something failed.
 * When `signal` is aborted it ends them and gives what had failed until then.
 */
export async function runTestFiles(files: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
  const failed = new Set<string>()
  let everythingPassed = false
  const events = run({
    files: [...files],
    concurrency: Math.max(1, availableParallelism() - 1),
    timeout: TEST_TIMEOUT_MS,
    signal,
  })
  // A file that died before its end has no summary of its own; then it is itself the test that failed.
  events.on('test:fail', ({ name }) => failed.add(name))
  events.on('test:summary', ({ file, success }) => {
    if (file === undefined) everythingPassed = success
    else if (!success) failed.add(file)
  })
  const report = events.compose(new spec())
  for await (const text of report) process.stdout.write(text as Buffer)
  if (everythingPassed) return []
  const known = files.filter((file) => failed.has(file))
  return known.length > 0 ? known : files
}
