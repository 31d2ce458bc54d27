import type { ErrorKind } from '../../model/secret-error.ts'

/** A store as metrics and logs name it: names, never configuration. */
export interface StoreLabel {
  /** `spec.provider.<id>` */
  readonly provider: string
  readonly kind: string
  readonly name: string
  /** `SecretStore default/aws`, as reports have it. */
  readonly id: string
  /** Of the administrator's there are few; names from Git are without bound. */
  readonly isAdministrators: boolean
}

/** Told what happens between renders and providers, for metrics. Must not throw. */
export interface WarmListener {
  /** One common read of so many references; `outcome` is `ok` when each of them had a value, else the kind of the first failure. */
  onFetch(told: { readonly store: StoreLabel; readonly outcome: 'ok' | ErrorKind; readonly refs: number }): void
  /** References that needed no read: kept ones, and ones that another render was reading already. */
  onHit(told: { readonly store: StoreLabel; readonly refs: number; readonly from: 'cache' | 'flight' }): void
  /** The last good value stood in for a provider that is away, so many milliseconds after it was read. */
  onStale(told: { readonly store: StoreLabel; readonly ageMs: number; readonly because: ErrorKind }): void
  /** Something made room for something else, or has not been used for long. */
  onEvict(told: { readonly what: 'value' | 'reader' | 'lastGood' }): void
}

export const silentWarmListener: WarmListener = { onFetch() {}, onHit() {}, onStale() {}, onEvict() {} }
