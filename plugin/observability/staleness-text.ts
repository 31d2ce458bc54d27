import { escapedLabel } from './escaped-label.ts'
import { objectLabels } from './object-labels.ts'

/** How long ago it was last known that an object has what its providers have, in seconds. */
export interface Staleness {
  readonly namespace: string
  readonly name: string
  readonly seconds: number
  /** Of the object. */
  readonly labels?: Readonly<Record<string, string>> | undefined
}

/** As Prometheus reads it; a series an object, so that nothing is kept between two questions. `metric` without the prefix. */
export function stalenessText(metric: string, help: string, rows: Iterable<Staleness>, hasObjectLabels = false): string {
  const name = `argocd_external_secrets_controller_${metric}`
  const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`]
  for (const row of rows) {
    const more = hasObjectLabels ? objectLabels(row.labels) : ''
    lines.push(`${name}{name="${escapedLabel(row.name)}",namespace="${escapedLabel(row.namespace)}"${more}} ${row.seconds}`)
  }
  return `${lines.join('\n')}\n`
}
