import { Suspension, type TemplateRuns } from './template-runs.ts'

/** What `make` gives once no template of it is rendered elsewhere any more. */
export async function settled<T>(make: () => T, runs: TemplateRuns | undefined, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return make()
    } catch (thrown) {
      if (!(thrown instanceof Suspension) || !runs) throw thrown
      await runs.settle(thrown, signal)
    }
  }
}
