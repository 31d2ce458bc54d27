import { type Logger, silentLogger } from '../../../../plugin/model/logger.ts'
import { type ErrorKind, SecretError } from '../../../../plugin/model/secret-error.ts'
import type { KeyRing } from '../../../../plugin/stores/keys/key-ring.ts'
import { processKeyRing } from '../../../../plugin/stores/keys/open-key-ring.ts'
import { openLastGood } from '../../../../plugin/stores/warm/last-good-folder.ts'
import { noFloors, type VersionFloors } from '../../../../plugin/stores/warm/version-floors.ts'
import type { WarmStores } from '../../../../plugin/stores/warm/warm-stores.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { type GatedProvider, gatedProvider, turns } from './gated-provider.ts'
import { ManualClock } from './manual-clock.ts'
import { MemoryFiles } from './memory-files.ts'
import { openWarm } from './open-warm.ts'

export const HOUR_MS = 3_600_000

/** A daemon that can be started again over the same volume, with the same keys. */
export class Daemon {
  readonly clock = new ManualClock()
  readonly files = new MemoryFiles(() => this.clock.now())
  readonly gated: GatedProvider = gatedProvider({ a: 'A', b: 'B' })
  readonly warnings: string[] = []
  readonly stale: number[] = []
  readonly maxBytes: number
  ring: KeyRing = processKeyRing(seededRandom('ring'))
  stores!: WarmStores

  constructor(maxBytes = 1_000_000) {
    this.maxBytes = maxBytes
  }

  async start(floors: VersionFloors = noFloors): Promise<this> {
    const { clock, files, ring } = this
    const logger: Logger = { ...silentLogger, warn: (message) => this.warnings.push(message) }
    const lastGood = await openLastGood({
      files,
      ring,
      clock,
      random: seededRandom(String(clock.now())),
      logger,
      maxBytes: this.maxBytes,
      maxStaleMs: HOUR_MS,
      onEvict: () => undefined,
    })
    const listener = { onFetch() {}, onHit() {}, onEvict() {}, onStale: ({ ageMs }: { ageMs: number }) => this.stale.push(ageMs) }
    this.stores = openWarm(this.gated, { lastGood, ring, clock, listener, floors }).stores
    return this
  }

  /** Written to the volume, and so old that only the volume has it. */
  async settle(): Promise<void> {
    await turns()
    this.pass(1_000)
    await turns()
    this.pass(10_000)
  }

  pass(ms: number): void {
    this.clock.advance(ms)
  }

  away(kind: ErrorKind = 'Unavailable'): void {
    this.gated.readFailure = new SecretError(kind, 'no')
  }
}
