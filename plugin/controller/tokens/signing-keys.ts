import { createLocalJWKSet, type JSONWebKeySet, type LocalJWKSet } from 'jose'
import type { Clock } from '../../model/clock.ts'

/** Who signs tokens, at one moment. */
export interface Signer {
  /** What `iss` may say. */
  readonly issuers: readonly string[]
  readonly keys: JSONWebKeySet
}

export interface SigningKeysTools {
  /** Asks for them. Rejects with a SecretError that says what to do. */
  readonly read: () => Promise<Signer>
  readonly clock: Pick<Clock, 'monotonic'>
  readonly times: KeyTimes
}

/** In milliseconds. */
export interface KeyTimes {
  /** How old keys may be that nobody doubts. */
  readonly freshMs: number
  /** How old they must be to be read again for a token that they do not fit: anybody can make one. */
  readonly leastMs: number
  /** How old they may be while newer ones cannot be had. */
  readonly keptMs: number
}

/** Keys that were read together, and are the same object as long as they are used. */
export interface KnownSigner {
  readonly issuers: readonly string[]
  readonly keyOf: LocalJWKSet
  readonly atMs: number
}

/** After a failure nobody is asked for so long: every caller would bring a question about. */
const RETRY_MS = 1_000

/** The keys that tokens are signed with, read again as they age, once for all who wait for them. */
export class SigningKeys {
  readonly #tools: SigningKeysTools
  #known: KnownSigner | undefined
  #failed: { readonly failure: unknown; readonly atMs: number } | undefined
  #reading: Promise<void> | undefined

  constructor(tools: SigningKeysTools) {
    this.#tools = tools
  }

  /** Rejects when they cannot be had, and there are none, or none young enough. */
  current(): Promise<KnownSigner> {
    return this.#atMost(this.#tools.times.freshMs)
  }

  /** For a token that {@link current} ones do not fit: newer ones, unless those are new enough. */
  newer(): Promise<KnownSigner> {
    return this.#atMost(this.#tools.times.leastMs)
  }

  async #atMost(ageMs: number): Promise<KnownSigner> {
    const young = this.#youngerThan(ageMs)
    if (young) return young
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined))
    await this.#reading
    const kept = this.#youngerThan(this.#tools.times.keptMs)
    if (kept) return kept
    throw this.#failed?.failure
  }

  #youngerThan(ageMs: number): KnownSigner | undefined {
    return this.#known && this.#tools.clock.monotonic() - this.#known.atMs < ageMs ? this.#known : undefined
  }

  async #read(): Promise<void> {
    const { read, clock } = this.#tools
    if (this.#failed && clock.monotonic() - this.#failed.atMs < RETRY_MS) return
    try {
      const { issuers, keys } = await read()
      this.#known = { issuers, keyOf: createLocalJWKSet(keys), atMs: clock.monotonic() }
      this.#failed = undefined
    } catch (failure) {
      this.#failed = { failure, atMs: clock.monotonic() }
    }
  }
}

/** A set of keys as RFC 7517, 5 has it; undefined for everything else. What a key must be is looked at when it is used. */
export function keySet(value: unknown): JSONWebKeySet | undefined {
  return isSet(value) ? value : undefined
}

function isSet(value: unknown): value is JSONWebKeySet {
  return isObject(value) && 'keys' in value && Array.isArray(value.keys) && value.keys.every(isObject)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
