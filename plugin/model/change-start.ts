/** When a change began to be on its way, and who says so. */
export interface ChangeStart {
  /** Milliseconds since the epoch. */
  readonly atMs: number
  /** `provider`: when it changed, by the provider's own clock; `notice`: when it was noticed, where the provider does not tell. */
  readonly from: 'provider' | 'notice'
}

/** A provider whose clock is ahead of ours tells a time that is still to come: then the notice counts. */
export function changeStart(noticedAtMs: number, changedAtMs: number | undefined): ChangeStart {
  return changedAtMs !== undefined && changedAtMs <= noticedAtMs
    ? { atMs: changedAtMs, from: 'provider' }
    : { atMs: noticedAtMs, from: 'notice' }
}

export function earlierStart(one: ChangeStart | undefined, other: ChangeStart | undefined): ChangeStart | undefined {
  return one && other ? (other.atMs < one.atMs ? other : one) : (one ?? other)
}

/** Our clock may have been set back meanwhile. */
export function secondsSince({ atMs }: ChangeStart, nowMs: number): number {
  return Math.max(0, nowMs - atMs) / 1_000
}
