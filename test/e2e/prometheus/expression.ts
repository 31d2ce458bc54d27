/** A metric of an expression, and the labels by which the expression picks or groups its series. */
export interface NamedMetric {
  readonly name: string
  /** Values that are asked for, by label. */
  readonly wanted: ReadonlyMap<string, readonly string[]>
  readonly groupedBy: readonly string[]
}

const KEYWORDS = new Set(['by', 'and', 'or', 'unless'])

/**
 * What an expression of our alerts names: calls, numbers and operators aside, every word that is left is taken for a metric, so that one that is not
 * understood here is one that nobody exports.
 */
export function metricsOf(expression: string): readonly NamedMetric[] {
  const groupedBy = Array.from(expression.matchAll(/\bby \(([^)]*)\)/g), ([, labels = '']) => labels.split(/, */)).flat()
  const rest = expression.replaceAll(/\bby \([^)]*\)/g, ' ').replaceAll(/\[[^\]]*\]/g, ' ')
  return Array.from(rest.matchAll(/\b([a-z_]\w*)(?:\{([^}]*)\})?(?!\w| *\()/gi), ([, name = '', selector = '']) => ({
    name,
    wanted: new Map(
      Array.from(selector.matchAll(/(\w+)(=~?|!=|!~)"([^"]*)"/g), ([, label = '', operator, value = '']) => [
        label,
        operator === '=~' ? value.split('|') : [value],
      ]),
    ),
    groupedBy,
  })).filter(({ name }) => !KEYWORDS.has(name))
}
