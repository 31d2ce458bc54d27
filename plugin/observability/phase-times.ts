import type { RenderPhase } from '../model/render-phase.ts'

/** Times the phases of one render: each lasts until the next one begins, or until {@link PhaseTimes.end}. */
export interface PhaseTimes {
  readonly begin: (phase: RenderPhase) => void
  readonly end: () => void
}

/** `nowMs` is a clock that never goes back. */
export function phaseTimes(nowMs: () => number, onPhase: (phase: RenderPhase, seconds: number) => void): PhaseTimes {
  let current: { readonly phase: RenderPhase; readonly startedAt: number } | undefined
  const end = (): void => {
    if (current) onPhase(current.phase, (nowMs() - current.startedAt) / 1_000)
    current = undefined
  }
  return {
    begin(phase) {
      if (current?.phase === phase) return
      end()
      current = { phase, startedAt: nowMs() }
    },
    end,
  }
}
