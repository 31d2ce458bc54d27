import type { ByteText } from '../byte-text.ts'
import { TemplateError } from '../engine.ts'
import { int } from '../go-number.ts'
import { isList, isMap, type TemplateValue } from '../value.ts'
import { kindOf } from './describe-value.ts'
import { type Evaluation, evaluate, isTruthy, outputText, withPlace } from './evaluate.ts'
import { innerScope, type Names, type Scope } from './scope.ts'
import type { Block, Node } from './tree.ts'

/** Renders nodes one after the other. Throws TemplateError. */
export class Renderer {
  readonly #evaluation: Evaluation
  readonly #parts: ByteText[] = []

  constructor(evaluation: Evaluation) {
    this.#evaluation = evaluation
  }

  result(): ByteText {
    return this.#parts.join('')
  }

  render(nodes: readonly Node[], scope: Scope): void {
    for (const node of nodes) {
      if (node.kind === 'text') this.#write(node.text)
      else withPlace(node.place, () => (node.kind === 'output' ? this.#output(node, scope) : this.#block(node, scope)))
    }
  }

  #write(text: ByteText): void {
    this.#evaluation.meter.write(text.length)
    this.#parts.push(text)
  }

  #output(node: Node & { kind: 'output' }, scope: Scope): void {
    this.#write(outputText(evaluate(node.expression, scope, 'fails', this.#evaluation), node.place))
  }

  #block(block: Block, scope: Scope): void {
    this.#evaluation.meter.step()
    this.#evaluation.meter.deeper(() => {
      switch (block.block) {
        case 'if':
        case 'unless':
          return this.#condition(block, scope)
        case 'each':
          return this.#each(block, this.#subject(block, scope), scope)
        case 'with':
          return this.#with(block, this.#subject(block, scope), scope)
        case 'section':
          return this.#section(block, this.#subject(block, scope), scope)
        case 'raw':
          return this.render(block.body, scope)
      }
    })
  }

  /** A name that does not exist goes to `else` when there is one: whoever writes it says that the name may be missing. */
  #subject(block: Block, scope: Scope): TemplateValue {
    return evaluate(block.subject, scope, block.otherwise ? 'is nothing' : 'fails', this.#evaluation)
  }

  #condition(block: Block, scope: Scope): void {
    const value = evaluate(block.subject, scope, 'is nothing', this.#evaluation)
    const holds = isTruthy(value, block.includeZero) === (block.block === 'if')
    this.render(holds ? block.body : (block.otherwise ?? []), scope)
  }

  #with(block: Block, value: TemplateValue, scope: Scope): void {
    if (!isTruthy(value, true)) return this.render(block.otherwise ?? [], scope)
    this.render(block.body, innerScope(scope, value, paramsOf(block, [value])))
  }

  /** `{{#name}}`: a list is a loop, true and false a condition, anything else becomes `this` (Handlebars' blockHelperMissing). */
  #section(block: Block, value: TemplateValue, scope: Scope): void {
    if (value === true) return this.render(block.body, scope)
    if (value === false || value === undefined) return this.render(block.otherwise ?? [], scope)
    if (isList(value)) return this.#each(block, value, scope)
    this.render(block.body, innerScope(scope, value, new Map()))
  }

  #each(block: Block, value: TemplateValue, scope: Scope): void {
    const entries = this.#entries(block, value)
    if (entries.length === 0) return this.render(block.otherwise ?? [], scope)
    for (const [index, [key, item]] of entries.entries()) {
      this.#evaluation.meter.step()
      const variables = new Map<ByteText, TemplateValue>([
        ['key', key],
        ['index', int(index)],
        ['first', index === 0],
        ['last', index === entries.length - 1],
      ])
      this.render(block.body, innerScope(scope, item, paramsOf(block, [item, key]), variables))
    }
  }

  #entries(block: Block, value: TemplateValue): readonly (readonly [key: TemplateValue, item: TemplateValue])[] {
    if (isList(value)) return value.items.map((item, index) => [int(index), item])
    if (isMap(value)) return value.inserted()
    if (value === undefined) return []
    const hint = typeof value === 'string' ? '; use splitList or fromJson' : ''
    throw new TemplateError(`each wants a list or an object, and this is ${kindOf(value)}${hint}`, { ...block.place, safe: true })
  }
}

function paramsOf(block: Block, values: readonly TemplateValue[]): Names {
  return new Map(block.params.map((name, index) => [name, values[index]]))
}
