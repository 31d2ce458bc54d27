import type { GeneratorFact } from '../model/generator-fact.ts'
import type { ReadFact } from '../model/read-fact.ts'
import type { ErrorKind } from '../model/secret-error.ts'
import type { StandIn } from '../model/stand-in.ts'
import type { Tenant } from '../model/tenant.ts'

/** What one render of an Application did: who asked, what was read for it. Names and versions, never a value. */
export interface RenderFacts {
  /** Texts are empty where Argo CD did not say who asks. */
  readonly tenant: Tenant
  readonly revision: string
  readonly repoUrl: string
  readonly path: string
  /** The policy it was judged by: 12 hex digits; empty without one. */
  readonly policy: string
  readonly outcome: RenderOutcome
  /** Why no value may leave with it (R12), or `none`. */
  readonly guard: 'none' | 'streamed' | 'hydrator'
  readonly problems: number
  readonly outputBytes: number
  /** In milliseconds. */
  readonly durationMs: number
  readonly reads: readonly ReadFact[]
  /** What made values. */
  readonly generated: readonly GeneratorFact[]
  /** What stands in for values that do not exist: with any, what was rendered is partial. */
  readonly standIns: readonly StandIn[]
}

/** `ok`, or the kind of the problem; of several the one with the highest exit code, as in the report (R19). */
export type RenderOutcome = 'ok' | ErrorKind
