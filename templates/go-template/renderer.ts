import type { ByteText } from '../byte-text.ts'
import { printValue } from '../go-format/print-value.ts'
import { goQuote } from '../go-format/quote.ts'
import { GoInt, int } from '../go-number.ts'
import { types } from '../go-type.ts'
import { goTypeName, isList, isMap } from '../value.ts'
import { type Evaluated, type Held, held, noValue } from './evaluated.ts'
import { Evaluator, isFalse } from './evaluator.ts'
import type { ExecutionState } from './execution-state.ts'
import type { Branch, Node, Template } from './node.ts'

/** How a list of nodes was left before its end. */
type Left = 'break' | 'continue' | undefined

/** Runs nodes one after the other (templates.md, 3.4). Throws ExecutionFailure, BudgetExceeded. */
export class Renderer {
  readonly #state: ExecutionState
  readonly #evaluator: Evaluator
  readonly #parts: ByteText[] = []

  constructor(state: ExecutionState) {
    this.#state = state
    this.#evaluator = new Evaluator(state)
  }

  /** What has been written so far. */
  result(): ByteText {
    return this.#parts.join('')
  }

  run(): void {
    const { name, templates } = this.#state.program.set
    this.#nodes(templates.get(name) ?? [], held(this.#state.root))
  }

  #nodes(nodes: readonly Node[], dot: Held): Left {
    for (const node of nodes) {
      const left = this.#node(node, dot)
      if (left) return left
    }
    return undefined
  }

  #node(node: Node, dot: Held): Left {
    switch (node.kind) {
      case 'text':
        this.#write(node.text)
        return undefined
      case 'action': {
        const value = this.#evaluator.pipe(node.pipe, dot)
        if (node.pipe.variables.length === 0) this.#write(value === noValue ? '<no value>' : printValue(value))
        return undefined
      }
      case 'if':
      case 'with':
      case 'range':
        return this.#branch(node, dot)
      case 'template':
        this.#state.context.meter.enter()
        this.#template(node, dot)
        this.#state.context.meter.leave()
        return undefined
      default:
        this.#state.context.meter.step()
        return node.kind
    }
  }

  #write(text: ByteText): void {
    this.#state.context.meter.write(text.length)
    this.#parts.push(text)
  }

  #branch(node: Branch, dot: Held): Left {
    this.#state.context.meter.enter()
    const left = node.kind === 'range' ? this.#range(node, dot) : this.#condition(node, dot)
    this.#state.context.meter.leave()
    return left
  }

  #condition(node: Branch, dot: Held): Left {
    const mark = this.#state.mark()
    const value = this.#evaluator.pipe(node.pipe, dot)
    const isTaken = !isFalse(value)
    const inner = isTaken && node.kind === 'with' ? held(value) : dot
    const left = this.#nodes(isTaken ? node.body : (node.otherwise ?? []), inner)
    this.#state.release(mark)
    return left
  }

  #range(node: Branch, dot: Held): Left {
    const mark = this.#state.mark()
    const value = this.#evaluator.pipe(node.pipe, dot)
    const inner = this.#state.mark()
    let isEmpty = true
    for (const [index, item] of this.#itemsOf(value, node)) {
      isEmpty = false
      this.#state.context.meter.step()
      this.#bind(node, index, item)
      const left = this.#nodes(node.body, item)
      this.#state.release(inner)
      if (left === 'break') break
    }
    const left = isEmpty ? this.#nodes(node.otherwise ?? [], dot) : undefined
    this.#state.release(mark)
    return left
  }

  #bind({ pipe: { variables, isAssignment } }: Branch, index: Held, item: Held): void {
    const [first, second] = variables
    if (first === undefined) return
    if (!isAssignment) {
      this.#state.assignTop(1, item)
      if (second !== undefined) this.#state.assignTop(2, index)
      return
    }
    this.#state.assign(first, second === undefined ? item : index)
    if (second !== undefined) this.#state.assign(second, item)
  }

  *#itemsOf(value: Evaluated, node: Branch): Generator<readonly [index: Held, item: Held]> {
    if (value === noValue) return
    if (isList(value)) {
      const isInterface = value.element === types.any
      for (const [index, item] of value.items.entries()) yield [held(int(index)), held(item, isInterface)]
      return
    }
    if (isMap(value)) {
      const isInterface = value.element === types.any
      for (const [key, item] of value.entries()) yield [held(value.keyValue(key)), held(item, isInterface)]
      return
    }
    const shown = printValue(value)
    const redacted = `range can't iterate over a value of type ${goTypeName(value)} here`
    if (!(value instanceof GoInt)) this.#state.fail(`range can't iterate over ${shown}`, { safe: false, redacted })
    if (node.pipe.variables.length > 1) {
      this.#state.fail(`can't use ${shown} to iterate over more than one variable`, { safe: false, redacted })
    }
    for (let count = 0n; count < value.value; count++) yield [held(noValue), held(new GoInt(value.type, count))]
  }

  #template(node: Template, dot: Held): void {
    const state = this.#state
    state.place = node
    const nodes = state.program.set.templates.get(node.name)
    if (!nodes) return state.fail(`template ${goQuote(node.name)} not defined`)
    const data = node.pipe ? this.#evaluator.pipe(node.pipe, dot) : noValue
    state.within(node.name, data, () => this.#nodes(nodes, held(data)))
  }
}
