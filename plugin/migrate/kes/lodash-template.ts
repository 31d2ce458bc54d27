import type { Obstacle } from '../obstacle.ts'
import { goString, isIdentifier, literalTemplate } from '../template-text.ts'
import { pathExpression } from '../value-path.ts'

/** A template of lodash as one of Go's. */
export interface Translated {
  readonly text: string
  /** Order of members or spelling may be another, where values are printed as JSON or YAML. */
  readonly isRespelt: boolean
}

/** What an expression gives. */
interface Expression {
  readonly kind: 'text' | 'value'
  readonly go: string
  readonly isRespelt: boolean
}

const NOT_UNDERSTOOD: Obstacle = {
  obstacle: 'the template runs JavaScript that is not understood here',
  remedy:
    'write it as a Go template (docs/templates.md); understood are data.NAME, JSON.parse(data.NAME).a.b[0], JSON.stringify, yaml.dump and Buffer.from(…).toString("base64")',
}

export function isLodashTemplate(text: string): boolean {
  return text.includes('<%') || text.includes('${')
}

/** lodash prints by `<%= %>` and by the `${ }` of JavaScript; its other delimiters escape for HTML or run statements. */
export function translateLodash(text: string): Translated | Obstacle {
  let result = ''
  let isRespelt = false
  for (const part of splitDelimited(text)) {
    if (typeof part === 'string') result += literalTemplate(part)
    else {
      const expression = part.inside === undefined ? undefined : parseExpression(part.inside)
      if (!expression) return NOT_UNDERSTOOD
      isRespelt ||= expression.isRespelt
      result += print(expression)
    }
  }
  return { text: result, isRespelt }
}

const OPENING = /<%|\$\{/g

/** Text, and what is between delimiters that print; `inside` is missing for what is no such thing, and then nothing follows. */
function* splitDelimited(text: string): Generator<string | { readonly inside: string | undefined }> {
  let done = 0
  for (;;) {
    OPENING.lastIndex = done
    const open = OPENING.exec(text)?.index
    if (open === undefined) break
    if (open > done) yield text.slice(done, open)
    const [begin, end] = text[open] === '<' ? (['<%=', '%>'] as const) : (['${', '}'] as const)
    const close = text.indexOf(end, open)
    const isPrinted = close !== -1 && text.startsWith(begin, open)
    yield { inside: isPrinted ? text.slice(open + begin.length, close) : undefined }
    if (!isPrinted) return
    done = close + end.length
  }
  if (done < text.length) yield text.slice(done)
}

const AS_BASE64 = /^<%=\s*Buffer\.from\(([\s\S]*)\)\.toString\(\s*["']base64["']\s*\)\s*%>$/

/** Of `template.data`, which has to print base64: what is inside of its encoding. */
export function translateEncoded(text: string): Translated | Obstacle {
  const expression = parseExpression(AS_BASE64.exec(text.trim())?.[1] ?? '')
  if (expression) return { text: print(expression), isRespelt: expression.isRespelt }
  return {
    obstacle: 'the template in data is not one Buffer.from(…).toString("base64")',
    remedy: 'write the text before its encoding into template.stringData',
  }
}

/** JavaScript prints numbers and booleans as JSON does. */
function print({ kind, go }: Expression): string {
  if (kind === 'text') return `{{ ${go} }}`
  return `{{ $v := ${go} }}{{ ternary $v (toJson $v) (kindIs "string" $v) }}`
}

function parseExpression(text: string): Expression | undefined {
  const parser = new ExpressionParser(text)
  const expression = parser.expression(0)
  return parser.isAtEnd() ? expression : undefined
}

const MAX_DEPTH = 16
const TOKEN = /\s*([A-Za-z_$][\w$]*|\d+|"[^"\\\n]*"|'[^'\\\n]*'|[.()[\],])/y

class ExpressionParser {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text.trimEnd()
  }

  isAtEnd(): boolean {
    return this.#at === this.#text.length
  }

  expression(depth: number): Expression | undefined {
    if (depth > MAX_DEPTH) return undefined
    const start = this.#next()
    if (start === 'data') return this.#datum()
    if (start === 'JSON' && this.#take('.')) return this.#json(this.#next(), depth)
    if (start === 'yaml' && this.#take('.', 'dump')) {
      const value = this.#argument('value', depth)
      return value && { kind: 'text', go: `print (${value.go} | toYaml) "\\n"`, isRespelt: true }
    }
    return start === 'Buffer' && this.#take('.', 'from', '(') ? this.#buffer(depth) : undefined
  }

  #datum(): Expression | undefined {
    const [name, ...rest] = this.#steps()
    if (typeof name !== 'string' || rest.length > 0) return undefined
    return { kind: 'text', go: isIdentifier(name) ? `.${name}` : `index . ${goString(name)}`, isRespelt: false }
  }

  #json(method: string | undefined, depth: number): Expression | undefined {
    if (method === 'parse') {
      const text = this.#argument('text', depth)
      return text && { ...text, kind: 'value', go: pathExpression(`(${text.go} | fromJson)`, this.#steps()) }
    }
    if (method !== 'stringify') return undefined
    const value = this.#argument('value', depth)
    return value && { kind: 'text', go: `${value.go} | toRawJson`, isRespelt: true }
  }

  #buffer(depth: number): Expression | undefined {
    const text = this.expression(depth + 1)
    if (text?.kind !== 'text') return undefined
    const from = this.#take(',') ? this.#next() : undefined
    if (!this.#take(')', '.', 'toString', '(')) return undefined
    const to = this.#take(')') ? undefined : this.#next()
    if (to !== undefined && !this.#take(')')) return undefined
    const decodes = coding(from)
    const encodes = coding(to)
    if (decodes === undefined || encodes === undefined) return undefined
    return { ...text, go: `${text.go}${decodes ? ' | b64dec' : ''}${encodes ? ' | b64enc' : ''}` }
  }

  #argument(kind: Expression['kind'], depth: number): Expression | undefined {
    if (!this.#take('(')) return undefined
    const argument = this.expression(depth + 1)
    return argument?.kind === kind && this.#take(')') ? argument : undefined
  }

  /** `.name`, `["name"]` and `[0]`, as many as there are. */
  #steps(): readonly (string | number)[] {
    const steps: (string | number)[] = []
    for (;;) {
      const before = this.#at
      const step = this.#take('.') ? this.#next() : this.#take('[') ? this.#next() : undefined
      const isName = step !== undefined && /^[A-Za-z_$]/.test(step)
      const isInBrackets = step !== undefined && /^["'\d]/.test(step) && this.#take(']')
      if (!isName && !isInBrackets) {
        this.#at = before
        return steps
      }
      steps.push(/^\d/.test(step) ? Number(step) : step.replaceAll(/^["']|["']$/g, ''))
    }
  }

  #next(): string | undefined {
    TOKEN.lastIndex = this.#at
    const found = TOKEN.exec(this.#text)
    if (found) this.#at = TOKEN.lastIndex
    return found?.[1]
  }

  /** All of them in this order, or nothing. */
  #take(...wanted: readonly string[]): boolean {
    const before = this.#at
    if (wanted.every((token) => this.#next() === token)) return true
    this.#at = before
    return false
  }
}

/** Whether a buffer's coding is base64; undefined for those that are neither that nor text. */
function coding(name: string | undefined): boolean | undefined {
  const plain = name?.replaceAll(/["']/g, '') ?? 'utf8'
  if (plain === 'base64') return true
  return ['utf8', 'utf-8'].includes(plain) ? false : undefined
}
