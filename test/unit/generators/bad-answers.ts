import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { SecretError } from '../../../plugin/model/secret-error.ts'
import type { Fault } from '../../support/call-control.ts'
import type { Emulator } from '../../support/emulator.ts'
import { PARTY_CANARY } from '../../support/emulators/parties/start-party.ts'

/** How a generator asks, so that its answers can be spoilt. */
export interface Asking {
  /** Generates with a good spec, as one that gives up a call after `callTimeoutMs`, if that is given. */
  readonly ask: (options: { readonly callTimeoutMs?: number }) => Promise<unknown>
  /** How often a call that may be tried again is tried. */
  readonly attempts: number
  /** Whatever else must not be said: credentials. */
  readonly canaries: () => readonly string[]
}

const LASTING: ReadonlySet<Fault> = new Set(['redirect', 'garbage', 'oversized'])
const KINDS: readonly (readonly [Fault, string])[] = [
  ['throttled', 'Throttled'],
  ['denied', 'AccessDenied'],
  ['internalError', 'Unavailable'],
  ['connectionReset', 'Unavailable'],
  ['redirect', 'Unavailable'],
  ['garbage', 'Unavailable'],
  ['oversized', 'Unavailable'],
  ['hang', 'Timeout'],
]

/** Declares one test for each way in which an answer can be bad: its kind, that nothing is quoted, and how often it was asked. */
export function saysOfBadAnswers(emulator: () => Emulator, { ask, attempts, canaries }: Asking): void {
  for (const [fault, kind] of KINDS) {
    test(`an answer that is bad (${fault}) is ${kind}, and its words are not repeated`, async () => {
      const { control } = emulator()
      control.reset()
      control.inject(fault, 10)
      const thrown = await ask(fault === 'hang' ? { callTimeoutMs: 40 } : {}).catch((error: unknown) => error)
      const { calls } = control
      control.reset()
      assert.ok(thrown instanceof SecretError, inspect(thrown))
      assert.equal(thrown.kind, kind, thrown.message)
      assert.ok(thrown.remedy, 'a remedy')
      const isTriedAgain = kind !== 'AccessDenied' && !LASTING.has(fault)
      // Of the connections for calls that hang some may not be there in time.
      if (fault === 'hang') assert.ok(calls <= attempts, String(calls))
      else assert.equal(calls, isTriedAgain ? attempts : 1)
      const said = inspect(thrown, { depth: 9 })
      for (const canary of [PARTY_CANARY, 'proxy says hello', 'elsewhere', ...canaries()]) assert.ok(!said.includes(canary), said)
    })
  }
}
