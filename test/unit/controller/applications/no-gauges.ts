import type { applicationsMetrics } from '../../../../plugin/observability/applications-metrics.ts'

const none = (): number => 0

/** Of a controller that nothing is asked about. */
export const NO_GAUGES: Parameters<typeof applicationsMetrics>[0] = {
  leads: none,
  waiting: none,
  oldestSeconds: none,
  held: none,
  running: none,
  applications: none,
  keys: none,
  daemons: none,
  stoppedStores: none,
  paused: none,
  standIns: () => new Map(),
  stale: () => 0,
  detectors: () => [],
  staleness: () => [],
}
