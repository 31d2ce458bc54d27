/** A block scalar's header ends its line: `|` or `>` with a blank before it and perhaps a comment behind it (YAML 1.2.2, 8.1.1). */
const BLOCK_HEADER = /(?:^|[ \t])[|>][-+0-9]{0,2}(?:[ \t]+#.*)?[ \t]*$/
const BLANK = /^[ \t]*$/
const INDICATORS = /^(?:[ \t]*[-?:][ \t]+)*/
const CLOSER = /^[ \t]*[}\]]/

/**
 * `text` with each line that starts with a closing bracket indented by `columns` more. Outside of block scalars, whose lines are left alone,
 * such a line closes a flow collection or goes on with a text in quotes or without: none of these changes by it.
 */
export function indentClosers(text: string, columns: number): string {
  const indent = ' '.repeat(columns)
  // Lines of a block scalar stand further right than this; undefined outside of one.
  let scalarParent: number | undefined
  return text
    .split('\n')
    .map((line) => {
      if (scalarParent !== undefined && (BLANK.test(line) || indentOf(line) > scalarParent)) return line
      scalarParent = BLOCK_HEADER.test(line.trimEnd()) ? parentColumn(line) : undefined
      return CLOSER.test(line) ? indent + line : line
    })
    .join('\n')
}

/** Of the mapping or list whose value the scalar is. Where a tag or an anchor hides what it is, the lower of the two: more lines are left alone. */
function parentColumn(line: string): number {
  const indicators = INDICATORS.exec(line)?.[0] ?? ''
  const rest = line.slice(indicators.length).trimStart()
  if (!/^[|>!&]/.test(rest)) return line.length - rest.length
  return Math.max(indicators.lastIndexOf('-'), indicators.lastIndexOf('?'), indicators.lastIndexOf(':'))
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length
}
