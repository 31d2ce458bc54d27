import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { runs } from '../../../support/property-runs.ts'
import { gatedProvider, turns } from './gated-provider.ts'
import { openWarm, render } from './open-warm.ts'

const KEYS = ['k0', 'k1', 'k2', 'k3', 'k4', 'k5']

type Step =
  | { readonly kind: 'render'; readonly keys: readonly string[] }
  | { readonly kind: 'abort'; readonly which: number }
  | { readonly kind: 'release' | 'turns' | 'wait' }

const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.record({ kind: fc.constant('render' as const), keys: fc.subarray(KEYS, { minLength: 1 }) }), weight: 4 },
  { arbitrary: fc.record({ kind: fc.constant('abort' as const), which: fc.nat(9) }), weight: 1 },
  { arbitrary: fc.constantFrom<Step>({ kind: 'release' }, { kind: 'turns' }, { kind: 'wait' }), weight: 3 },
)

interface Outcome {
  readonly results: readonly (readonly string[])[]
  readonly wanted: readonly (readonly string[])[]
  readonly isAborted: readonly boolean[]
  readonly fetches: readonly (readonly string[])[]
}

/** Renders that begin, give up and wait in any order over a provider that answers when it is let. */
async function play(steps: readonly Step[]): Promise<Outcome> {
  const gated = gatedProvider(Object.fromEntries(KEYS.map((key) => [key, key.toUpperCase()])))
  gated.isOpen = false
  const { stores, clock } = openWarm(gated)
  const renders: {
    readonly keys: readonly string[]
    readonly ending: AbortController
    readonly done: Promise<readonly string[]>
  }[] = []
  for (const one of steps) {
    if (one.kind === 'render') {
      const ending = new AbortController()
      renders.push({ keys: one.keys, ending, done: render(stores, { keys: one.keys, signal: ending.signal }) })
    } else if (one.kind === 'abort') renders[one.which]?.ending.abort()
    else if (one.kind === 'release') gated.release()
    else if (one.kind === 'wait') clock.advance(20)
    if (one.kind !== 'render') await turns()
  }
  gated.isOpen = true
  for (let look = 0; look < 4; look++) {
    gated.release()
    clock.advance(20)
    await turns()
  }
  return {
    results: await Promise.all(renders.map(({ done }) => done)),
    wanted: renders.map(({ keys }) => keys),
    isAborted: renders.map(({ ending }) => ending.signal.aborted),
    fetches: gated.fetches,
  }
}

test('whoever does not give up gets exactly what was asked for, whatever the others do', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const { results, wanted, isAborted } = await play(steps)
      for (const [index, result] of results.entries()) {
        const right = wanted[index]?.map((key) => key.toUpperCase())
        const isOver = isAborted[index] && result.join() === 'store: Deadline'
        assert.ok(isOver || result.join() === right?.join(), `render ${index}: ${result.join()}`)
      }
    }),
    { numRuns: runs(150) },
  )
})

test('where nobody gives up each key is read once, and only what is wanted', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const { fetches, wanted } = await play(steps.filter(({ kind }) => kind !== 'abort'))
      assert.deepEqual(fetches.flat().toSorted(), [...new Set(wanted.flat())].toSorted())
    }),
    { numRuns: runs(150) },
  )
})
