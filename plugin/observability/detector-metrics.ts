import { Counter, Gauge, type Registry } from 'prom-client'

/** What the detector of one store has asked, and how much it may. Stores are the cluster's or the administrator's, so they bound the series. */
export interface DetectorLoad {
  /** `SecretStore shop/aws`. */
  readonly name: string
  /** Calls since this process leads, logins included. */
  readonly calls: number
  readonly callsPerSecond: number
  /** Rounds in a row that failed. */
  readonly failures: number
}

const PREFIX = 'argocd_external_secrets_controller_'

/** `read`: as it is now. A store whose login belongs to the namespace that uses it has several detectors, which count as one. */
export function registerDetectorMetrics(registry: Registry, read: () => readonly DetectorLoad[]): void {
  const calls: Counter<'store'> = new Counter({
    name: `${PREFIX}detector_calls_total`,
    help: 'Calls by which the detector of a store asks for versions, logins included.',
    labelNames: ['store'],
    registers: [registry],
    collect() {
      calls.reset()
      for (const load of read()) calls.inc({ store: load.name }, load.calls)
    },
  })
  const gauge = (name: string, help: string, valueOf: (load: DetectorLoad) => number): void => {
    const made: Gauge<'store'> = new Gauge({
      name: PREFIX + name,
      help,
      labelNames: ['store'],
      registers: [registry],
      collect() {
        made.reset()
        for (const load of read()) made.inc({ store: load.name }, valueOf(load))
      },
    })
  }
  gauge('detector_quota', 'Calls a second that the detector of a store may make.', ({ callsPerSecond }) => callsPerSecond)
  gauge('detector_failed_rounds', 'Rounds in a row in which a store did not answer its detector.', ({ failures }) => failures)
}
