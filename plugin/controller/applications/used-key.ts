import { parseGoDuration } from '../../api/go-duration.ts'
import type { ReadFact } from '../../model/read-fact.ts'

/** One key as one Application uses it: names and a version. */
export interface UsedKey {
  /** `SecretStore shop/aws` */
  readonly store: string
  /** `spec.provider.<id>` */
  readonly provider: string
  readonly key: string
  /** What its store puts before it at the provider; empty for nothing. */
  readonly keyPrefix: string
  /** As its author wrote it; empty for the latest. */
  readonly requestedVersion: string
  readonly part: 'value' | 'metadata'
  /** What the render got; undefined: there was no such secret. */
  readonly version: string | undefined
  /** `refreshInterval`, the shortest of the ExternalSecrets that use it, in milliseconds; 0: never again. */
  readonly intervalMs: number
  /** A hook of Argo CD uses it. */
  readonly isHook: boolean
}

/** What ESO takes where there is none (external-secrets.md 2.1). */
const DEFAULT_INTERVAL_MS = 3_600_000

/** Equal for uses of the same thing. */
export function usedKeyId({
  store,
  key,
  requestedVersion,
  part,
}: Pick<UsedKey, 'store' | 'key' | 'requestedVersion' | 'part'>): string {
  return JSON.stringify([store, key, requestedVersion, part])
}

/** What one render used, each key once. */
export function usedKeys(reads: readonly ReadFact[]): readonly UsedKey[] {
  const used = new Map<string, UsedKey>()
  for (const { store, provider, key, keyPrefix, requestedVersion, part, version, refreshInterval, isHook } of reads) {
    const intervalMs = Math.max(0, parseGoDuration(refreshInterval) ?? DEFAULT_INTERVAL_MS)
    const one = { store, provider, key, keyPrefix, requestedVersion, part, version, intervalMs, isHook }
    const id = usedKeyId(one)
    const other = used.get(id)
    used.set(
      id,
      other ? { ...one, intervalMs: shorter(one.intervalMs, other.intervalMs), isHook: one.isHook || other.isHook } : one,
    )
  }
  return [...used.values()]
}

function shorter(one: number, other: number): number {
  return one > 0 && other > 0 ? Math.min(one, other) : Math.max(one, other)
}
