import type { Lane } from './lane.ts'

/** One turn of a key. */
export interface Pass {
  readonly lane: Lane
  /** Failures of the key in a row before this pass. */
  readonly failures: number
  /** How long the key was ready before its turn came, in milliseconds. */
  readonly waitedMs: number
}

/** What follows from a pass. A key that was added during its pass runs again at once, whatever this says. */
export type Outcome =
  /** Nothing until somebody adds the key. */
  | { readonly next: 'none' }
  /** It went well; periodic work is due in `ms`. */
  | { readonly next: 'after'; readonly ms: number }
  /** It failed: the same lane after the key's backoff, not before `atLeastMs` (a server's own wish). */
  | { readonly next: 'retry'; readonly atLeastMs?: number | undefined }

/** Works on one key. What it throws counts as `retry`. */
export type Worker = (key: string, pass: Pass) => Promise<Outcome>
