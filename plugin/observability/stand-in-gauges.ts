import { Gauge, type Registry } from 'prom-client'
import type { StandIn } from '../model/stand-in.ts'

/** What stands in for values of rendered Applications, at this moment. Projects of Argo CD are the administrator's, so they bound the series. */
export interface ProjectStandIns {
  /** Applications in which anything stands in. */
  readonly applications: number
  readonly values: Readonly<Record<StandIn['kind'], number>>
}

const PREFIX = 'argocd_external_secrets_controller_'

/** `read`: by project, those alone in which something stands in. */
export function registerStandInGauges(registry: Registry, read: () => ReadonlyMap<string, ProjectStandIns>): void {
  const applications: Gauge = new Gauge({
    name: `${PREFIX}partial_applications`,
    help: 'Applications in whose Secrets something stands in for a value that does not exist.',
    labelNames: ['project'],
    registers: [registry],
    collect() {
      applications.reset()
      for (const [project, told] of read()) applications.set({ project }, told.applications)
    },
  })
  const values: Gauge = new Gauge({
    name: `${PREFIX}stand_ins`,
    help: 'Values of Applications that do not exist, by what their authors put in their place.',
    labelNames: ['project', 'kind'],
    registers: [registry],
    collect() {
      values.reset()
      for (const [project, told] of read())
        for (const [kind, count] of Object.entries(told.values)) values.set({ project, kind }, count)
    },
  })
}
