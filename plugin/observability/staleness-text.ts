import { escapedLabel } from './escaped-label.ts'
import { objectLabels } from './object-labels.ts'

/** How long ago it was last known that an object has what its providers have, in seconds. */
export interface Staleness {
  readonly namespace: string
  readonly name: string
  readonly seconds: number
  /** How often it is to be refreshed: what is stale for much longer waits for something. */
  readonly intervalSeconds?: number
  /** Of the object. */
  readonly labels?: Readonly<Record<string, string>> | undefined
}

export interface StalenessTextOptions {
  readonly help: string
  readonly hasObjectLabels?: boolean
}

const PREFIX = 'argocd_external_secrets_controller_'

/** As Prometheus reads it; series of an object are written when they are asked for, so that nothing is kept between two questions. */
export function stalenessText(rows: Iterable<Staleness>, { help, hasObjectLabels = false }: StalenessTextOptions): string {
  const staleness = headOf(`${PREFIX}staleness_seconds`, help)
  const intervals = headOf(
    `${PREFIX}refresh_interval_seconds`,
    'Seconds between two refreshes of an ExternalSecret, as it asks for them.',
  )
  for (const { name, namespace, seconds, intervalSeconds, labels } of rows) {
    const more = hasObjectLabels ? objectLabels(labels) : ''
    const series = `{name="${escapedLabel(name)}",namespace="${escapedLabel(namespace)}"${more}}`
    staleness.push(`${PREFIX}staleness_seconds${series} ${seconds}`)
    if (intervalSeconds !== undefined) intervals.push(`${PREFIX}refresh_interval_seconds${series} ${intervalSeconds}`)
  }
  return [...staleness, ...(intervals.length > 2 ? intervals : []), ''].join('\n')
}

function headOf(name: string, help: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`]
}
