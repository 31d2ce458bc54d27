import type { Obstacle } from '../obstacle.ts'

/** Text that is printed as it is, or the way to one value. */
export type JsonPathPart = string | readonly (string | number)[]

const NOT_PLAIN: Obstacle = {
  obstacle: 'the jsonPath is more than the way to single values ({.a.b}, {.a[0]}) and text',
  remedy: "write the template by hand with fromJson, range and index (docs/templates.md), or keep argocd-vault-plugin's manifest",
}

/**
 * A template of Kubernetes' JSONPath: text and `{…}` with fields, indices, or text in quotes. Wildcards, filters, slices, `..` and ranges give any
 * number of values and are an obstacle.
 */
export function parseJsonPath(template: string): readonly JsonPathPart[] | Obstacle {
  const parts: JsonPathPart[] = []
  let done = 0
  for (let open = template.indexOf('{'); open !== -1; open = template.indexOf('{', done)) {
    if (open > done) parts.push(template.slice(done, open))
    const close = closingBrace(template, open)
    const part = close === -1 ? undefined : partOf(template.slice(open + 1, close).trim())
    if (part === undefined) return NOT_PLAIN
    parts.push(part)
    done = close + 1
  }
  if (done < template.length) parts.push(template.slice(done))
  return parts.some((part) => typeof part !== 'string') ? parts : NOT_PLAIN
}

/** Braces in quotes are text. */
function closingBrace(template: string, open: number): number {
  let quote = ''
  for (let index = open + 1; index < template.length; index++) {
    const sign = template.charAt(index)
    if (quote !== '') quote = sign === quote ? '' : quote
    else if (sign === '}') return index
    else if (sign === "'" || sign === '"') quote = sign
  }
  return -1
}

const QUOTED = /^(?:'([^'\\]*)'|"([^"\\]*)")$/
const STEP = /\.((?:[^\s.[\]{}'"|*\\]|\\.)+)|\[(?:(\d{1,6})|'([^'\\]*)'|"([^"\\]*)")\]/y

function partOf(inside: string): JsonPathPart | undefined {
  const quoted = QUOTED.exec(inside)
  if (quoted) return quoted[1] ?? quoted[2] ?? ''
  const path = inside.replace(/^[$@]/, '')
  if (path === '' || path === '.') return inside === '' ? undefined : []
  const steps: (string | number)[] = []
  let done = 0
  for (STEP.lastIndex = 0; done < path.length; done = STEP.lastIndex) {
    const step = STEP.exec(path)
    if (!step) return undefined
    const [, field, index, single, double] = step
    steps.push(index === undefined ? (field?.replaceAll(/\\(.)/g, '$1') ?? single ?? double ?? '') : Number(index))
  }
  return steps
}
