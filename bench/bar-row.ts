/** One figure beside the bar that it is held against. */
export interface BarRow {
  readonly name: string
  readonly measured: number
  /** `s`, `MB`, `x`, or what is counted. */
  readonly unit: string
  /** The most that it may be; undefined where there is none. */
  readonly bar: number | undefined
  /** What makes the figure understandable. */
  readonly note?: string
}

const HEAD = ['figure', 'measured', 'bar', '', 'note'] as const

export function barTable(rows: readonly BarRow[]): string {
  const cells = rows.map(cellsOf)
  const widths = HEAD.map((head, column) => Math.max(head.length, ...cells.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(HEAD), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join('\n')
}

function cellsOf({ name, measured, unit, bar, note = '' }: BarRow): readonly string[] {
  const verdict = bar === undefined ? '' : measured <= bar ? 'met' : 'MISSED'
  return [name, figure(measured, unit), bar === undefined ? '' : figure(bar, unit), verdict, note]
}

function figure(number: number, unit: string): string {
  return `${Number.isInteger(number) ? number : number.toFixed(number < 10 ? 2 : 1)} ${unit}`
}
