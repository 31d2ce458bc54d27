import { Counter, Gauge, type Registry } from 'prom-client'

/** What the detector of one store has asked, and how much it may. Stores are the cluster's or the administrator's, so they bound the series. */
export interface DetectorLoad {
  /** Of this detector; those of one store may have several. */
  readonly identity: string
  /** `SecretStore shop/aws`. */
  readonly name: string
  /** Calls since it began, logins included. */
  readonly calls: number
  readonly callsPerSecond: number
  /** Rounds in a row that failed. */
  readonly failures: number
}

const PREFIX = 'argocd_external_secrets_controller_'

/** `read`: as it is now. A store whose login belongs to the namespace that uses it has several detectors, which count as one. */
export function registerDetectorMetrics(registry: Registry, read: () => readonly DetectorLoad[]): void {
  registerCalls(registry, read)
  const gauge = (name: string, help: string, together: (before: number, load: DetectorLoad) => number): void => {
    const made: Gauge<'store'> = new Gauge({
      name: PREFIX + name,
      help,
      labelNames: ['store'],
      registers: [registry],
      collect() {
        made.reset()
        for (const [store, loads] of byStore(read())) made.set({ store }, loads.reduce(together, 0))
      },
    })
  }
  gauge('detector_quota', 'Calls a second that the detector of a store may make.', (sum, load) => sum + load.callsPerSecond)
  gauge('detector_failed_rounds', 'Rounds in a row in which a store did not answer its detector.', (most, { failures }) =>
    Math.max(most, failures),
  )
}

/** What a detector has asked stays counted when it is closed and others of its store go on: a number that falls is a new beginning for Prometheus, all of it at once. */
function registerCalls(registry: Registry, read: () => readonly DetectorLoad[]): void {
  let counted: ReadonlyMap<string, DetectorLoad> = new Map()
  const calls: Counter<'store'> = new Counter({
    name: `${PREFIX}detector_calls_total`,
    help: 'Calls by which the detector of a store asks for versions, logins included.',
    labelNames: ['store'],
    registers: [registry],
    collect() {
      const loads = read()
      for (const { identity, name, calls: now } of loads) {
        const before = counted.get(identity)?.calls ?? 0
        calls.inc({ store: name }, now < before ? now : now - before)
      }
      const stores = new Set(loads.map(({ name }) => name))
      for (const { name } of counted.values()) if (!stores.has(name)) calls.remove({ store: name })
      counted = new Map(loads.map((load) => [load.identity, load]))
    },
  })
}

function byStore(loads: readonly DetectorLoad[]): ReadonlyMap<string, readonly DetectorLoad[]> {
  return Map.groupBy(loads, ({ name }) => name)
}
