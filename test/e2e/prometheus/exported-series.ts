import type { NamedMetric } from './expression.ts'

/** A series of a text that Prometheus scrapes. */
export interface ExportedSeries {
  readonly name: string
  readonly labels: ReadonlyMap<string, string>
}

export function exportedSeries(text: string): readonly ExportedSeries[] {
  return Array.from(text.matchAll(/^([a-z_]\w*)(?:\{(.*)\})? \S+$/gim), ([, name = '', labels = '']) => ({
    name,
    labels: new Map(
      Array.from(labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g), ([, label = '', value = '']) => [label, value] as const),
    ),
  }))
}

/** What an expression names and no series has; `job` is the scraper's. */
export function missingOf({ name, wanted, groupedBy }: NamedMetric, exported: readonly ExportedSeries[]): readonly string[] {
  const series = exported.filter((one) => one.name === name)
  if (series.length === 0) return [name]
  const labels = groupedBy.filter((label) => !series.every((one) => one.labels.has(label)))
  const values = Array.from(wanted)
    .filter(([label]) => label !== 'job')
    .flatMap(([label, all]) =>
      all.filter((value) => !series.some((one) => one.labels.get(label) === value)).map((value) => `${label}="${value}"`),
    )
  return [...labels, ...values].map((what) => `${name}: ${what}`)
}
