import {
  compared,
  descendants,
  directSelector,
  filterSelector,
  type JsonPathExpression,
  type JsonPathScope,
  type JsonPathSelector,
  multiSelector,
  rangeSelector,
} from './json-path-selectors.ts'
import type { JsonPathToken } from './json-path-tokens.ts'
import type { JsonValue } from './json-value.ts'

/** Brackets and parentheses inside each other. */
const MAX_DEPTH = 50
/** The end of a range that names none. */
const TO_THE_END = 2 ** 31 - 1

/** The text is no path of this language. */
export class JsonPathSyntaxError extends Error {
  override readonly name = 'JsonPathSyntaxError'
}

/** Recursive descent over the tokens; throws {@link JsonPathSyntaxError}. */
export class JsonPathParser {
  readonly #tokens: readonly JsonPathToken[]
  #position = 0
  #depth = 0

  constructor(tokens: readonly JsonPathToken[]) {
    this.#tokens = tokens
  }

  /** The whole text: an expression, or a path that leaves out the `$.` before its first name. */
  whole(): JsonPathExpression {
    const first = this.#tokens[0]
    const isBare = first?.kind === 'name' && first.text !== 'true' && first.text !== 'false'
    const expression = isBare ? this.#bareComparison(this.#path('$', [this.#nameSelector()])) : this.#expression()
    if (this.#position < this.#tokens.length) throw new JsonPathSyntaxError()
    return expression
  }

  #expression(): JsonPathExpression {
    if (++this.#depth > MAX_DEPTH) throw new JsonPathSyntaxError()
    const expression = this.#bareComparison(this.#operand())
    this.#depth--
    return expression
  }

  #bareComparison(first: JsonPathExpression): JsonPathExpression {
    let left = first
    for (;;) {
      const sign = this.#takeOneOf('==', '!=')
      if (!sign) return left
      left = compared(left, this.#operand(), sign === '==')
    }
  }

  #operand(): JsonPathExpression {
    const token = this.#next()
    if (token.kind === 'text' || token.kind === 'number') return () => token.value
    if (token.text === 'true' || token.text === 'false') return () => token.text === 'true'
    if (token.text === '-') return this.#negated()
    if (token.text === '$' || token.text === '@') return this.#path(token.text, [])
    if (token.text !== '(') throw new JsonPathSyntaxError()
    const inner = this.#expression()
    this.#expect(')')
    return inner
  }

  #negated(): JsonPathExpression {
    const inner = this.#operand()
    return (scope) => {
      const value = inner(scope)
      return typeof value === 'number' ? -value : undefined
    }
  }

  #path(start: '$' | '@', first: readonly JsonPathSelector[]): JsonPathExpression {
    const selectors = [...first, ...this.#selectors()]
    return (scope) => evaluate(start === '$' ? scope.root : scope.current, selectors, scope)
  }

  #selectors(): readonly JsonPathSelector[] {
    const selectors: JsonPathSelector[] = []
    for (;;) {
      if (this.#take('[')) selectors.push(this.#bracket())
      else if (!this.#take('.')) return selectors
      else if (this.#take('.')) selectors.push(descendants, this.#below())
      else selectors.push(this.#take('*') ? multiSelector([]) : this.#nameSelector())
    }
  }

  /** After `..`; a bracket there may always find several. */
  #below(): JsonPathSelector {
    if (this.#take('*')) return multiSelector([])
    return this.#take('[') ? this.#bracket() : this.#nameSelector()
  }

  #nameSelector(): JsonPathSelector {
    const token = this.#next()
    if (token.kind !== 'name') throw new JsonPathSyntaxError()
    return directSelector(() => token.text)
  }

  #bracket(): JsonPathSelector {
    if (this.#take('*')) return this.#closed(multiSelector([]))
    if (this.#take('?')) return this.#closed(filterSelector(this.#expression()))
    if (this.#peek(':')) return this.#range(undefined)
    const keys = [this.#expression()]
    if (this.#peek(':')) return this.#range(keys[0])
    while (this.#take(',')) keys.push(this.#expression())
    const [only] = keys
    return this.#closed(keys.length === 1 && only ? directSelector(only) : multiSelector(keys))
  }

  #range(from: JsonPathExpression | undefined): JsonPathSelector {
    const ends: (JsonPathExpression | undefined)[] = [from]
    while (ends.length < 3 && this.#take(':')) ends.push(this.#peek(':') || this.#peek(']') ? undefined : this.#expression())
    return this.#closed(rangeSelector([ends[0] ?? (() => 0), ends[1] ?? (() => TO_THE_END), ends[2] ?? (() => 1)]))
  }

  #closed(selector: JsonPathSelector): JsonPathSelector {
    this.#expect(']')
    return selector
  }

  #next(): JsonPathToken {
    const token = this.#tokens[this.#position++]
    if (!token) throw new JsonPathSyntaxError()
    return token
  }

  #peek(sign: string): boolean {
    const token = this.#tokens[this.#position]
    return token?.kind === 'sign' && token.text === sign
  }

  #take(sign: string): boolean {
    const isThere = this.#peek(sign)
    if (isThere) this.#position++
    return isThere
  }

  #takeOneOf(...signs: readonly string[]): string | undefined {
    return signs.find((sign) => this.#take(sign))
  }

  #expect(sign: string): void {
    if (!this.#take(sign)) throw new JsonPathSyntaxError()
  }
}

function evaluate(start: JsonValue, selectors: readonly JsonPathSelector[], scope: JsonPathScope): JsonValue | undefined {
  const matches = matchesOf(start, selectors, scope)
  if (selectors.some(({ many }) => many)) return [...matches]
  const [only] = matches
  return only
}

function* matchesOf(value: JsonValue, selectors: readonly JsonPathSelector[], scope: JsonPathScope): Generator<JsonValue> {
  scope.step()
  const [selector, ...rest] = selectors
  if (!selector) yield value
  else for (const child of selector.select(value, scope)) yield* matchesOf(child, rest, scope)
}
