/** One line of the bench's table: medians. */
export interface Row {
  readonly name: string
  readonly wallMs: number
  /** What {@link wallMs} is held against in the same run. */
  readonly referenceMs: number
  readonly reference: string
  /** Provider calls of one run, where they are counted; logins not among them. */
  readonly calls?: number
  readonly peakRssMiB?: number
}

const HEAD = ['workload', 'wall ms', 'reference ms', 'ratio', 'calls', 'peak MiB', 'reference'] as const

export function table(rows: readonly Row[]): string {
  const cells = [HEAD, ...rows.map(rowCells)]
  const widths = HEAD.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(HEAD), line(widths.map((width) => '-'.repeat(width))), ...cells.slice(1).map(line)].join('\n')
}

function rowCells(row: Row): readonly string[] {
  return [
    row.name,
    milliseconds(row.wallMs),
    milliseconds(row.referenceMs),
    (row.wallMs / row.referenceMs).toFixed(2),
    row.calls === undefined ? '' : String(row.calls),
    row.peakRssMiB?.toFixed(0) ?? '',
    row.reference,
  ]
}

function milliseconds(time: number): string {
  return time.toFixed(time < 10 ? 3 : 0)
}
