import type { Obstacle } from '../obstacle.ts'
import { goString } from '../template-text.ts'
import { pathExpression } from '../value-path.ts'
import { parseJsonPath } from './json-path.ts'
import type { Modifier } from './placeholder.ts'

/** What a placeholder's modifiers do, in terms of an ExternalSecret. */
export interface Transform {
  /** The provider's value is decoded first. */
  readonly decodingStrategy?: 'Base64'
  /** Template text that prints the result of the value that the expression gives; undefined when that is the value itself. */
  readonly print?: (value: string) => string
}

/** An expression with the actions that have to come before it. */
interface Expression {
  readonly before: string
  readonly text: string
  /** How many variables there are. */
  readonly variables: number
  /** What `fromJson` would have to do first when the next modifier looks inside. */
  readonly parsed?: 'fromJson' | 'fromYaml'
}

type Step = (value: Expression, words: readonly string[]) => Expression | Obstacle

const STEPS: ReadonlyMap<string, Step> = new Map<string, Step>([
  ['base64encode', (value, words) => withoutWords('base64encode', words) ?? piped(value, 'b64enc')],
  ['base64decode', (value, words) => withoutWords('base64decode', words) ?? piped(value, 'b64dec')],
  ['sha256sum', (value, words) => withoutWords('sha256sum', words) ?? piped(value, 'sha256sum')],
  ['jsonParse', (value, words) => withoutWords('jsonParse', words) ?? parsed(value, 'fromJson')],
  ['yamlParse', (value, words) => withoutWords('yamlParse', words) ?? parsed(value, 'fromYaml')],
  ['jsonPath', jsonPath],
  ['indent', indent],
])

/** The modifiers as a template; an obstacle for what argocd-vault-plugin would refuse, or what has no text as its result. */
export function transformOf(modifiers: readonly Modifier[]): Transform | Obstacle {
  const decodes = modifiers[0]?.name === 'base64decode' && modifiers[0].words.length === 0
  const rest = decodes ? modifiers.slice(1) : modifiers
  const printed = printing(rest)
  if (typeof printed === 'object') return printed
  return { ...(decodes && { decodingStrategy: 'Base64' }), ...(rest.length > 0 && { print: printed }) }
}

function printing(modifiers: readonly Modifier[]): ((value: string) => string) | Obstacle {
  const trial = expressionOf('.value', modifiers)
  if ('obstacle' in trial) return trial
  return (value) => {
    const expression = expressionOf(value, modifiers)
    return 'obstacle' in expression ? '' : `${expression.before}{{ ${expression.text} }}`
  }
}

function expressionOf(value: string, modifiers: readonly Modifier[]): Expression | Obstacle {
  let expression: Expression = { before: '', text: value, variables: 0 }
  for (const { name, words } of modifiers) {
    const step = STEPS.get(name)
    if (!step) return unknownModifier(name)
    const next = step(expression, words)
    if ('obstacle' in next) return next
    expression = next
  }
  return expression.parsed ? notText(expression.parsed) : expression
}

function unknownModifier(name: string): Obstacle {
  return {
    obstacle: name === '' ? 'a modifier has no name' : 'argocd-vault-plugin has no such modifier',
    remedy: `correct it; there are ${[...STEPS.keys()].join(', ')}`,
  }
}

function withoutWords(name: string, words: readonly string[]): Obstacle | undefined {
  return words.length === 0 ? undefined : { obstacle: `${name} takes no words`, remedy: 'remove what stands behind it' }
}

function notText(parser: 'fromJson' | 'fromYaml'): Obstacle {
  return {
    obstacle: `the result of ${parser === 'fromJson' ? 'jsonParse' : 'yamlParse'} is no text, and a Secret holds text alone`,
    remedy: 'take one value of it by jsonPath, or leave the modifier out to keep it as text',
  }
}

function piped(value: Expression, fn: string): Expression | Obstacle {
  return value.parsed ? notText(value.parsed) : { ...value, text: `${value.text} | ${fn}` }
}

/** jsonPath parses what is text by itself, so parsing it before is no step of its own. */
function parsed(value: Expression, parser: 'fromJson' | 'fromYaml'): Expression | Obstacle {
  return value.parsed ? notText(value.parsed) : { ...value, parsed: parser }
}

/** Text as it is, lists and maps as JSON, `null` for null: what Kubernetes' JSONPath prints (k8s.io/client-go/util/jsonpath, PrintResults). */
function jsonPath(
  { before, text, variables, parsed: parser = 'fromJson' }: Expression,
  words: readonly string[],
): Expression | Obstacle {
  const parts = parseJsonPath(words.join(' '))
  if ('obstacle' in parts) return parts
  const root = `(${text} | ${parser})`
  let count = variables
  let actions = before
  const printedParts = parts.map((part) => {
    if (typeof part === 'string') return goString(part)
    const name = `$v${++count}`
    actions += `{{ ${name} := ${pathExpression(root, part)} }}`
    return `ternary (toJson ${name}) (toString ${name}) (has (kindOf ${name}) (list "map" "slice" "invalid"))`
  })
  const [only = '', ...others] = printedParts
  const whole = others.length === 0 ? only : `print ${printedParts.map(inParentheses).join(' ')}`
  return { before: actions, text: whole, variables: count }
}

function inParentheses(part: string): string {
  return part.startsWith('"') ? part : `(${part})`
}

/** Every line without the blanks at its ends, all but the first behind as many blanks as asked for; empty lines go. */
function indent(value: Expression, [level = '', ...surplus]: readonly string[]): Expression | Obstacle {
  if (value.parsed) return notText(value.parsed)
  if (!/^[0-9]{1,2}$/.test(level) || surplus.length > 0) {
    return { obstacle: 'indent has no number of blanks that makes sense', remedy: 'write it as indent 4' }
  }
  const replacement = goString(`\n${' '.repeat(Number(level))}\${1}`)
  return { ...value, text: `regexReplaceAll ${goString(String.raw`\s*\n\s*(\S)`)} (${value.text}) ${replacement}` }
}
