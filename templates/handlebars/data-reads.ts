import { type ByteText, textOf } from '../byte-text.ts'
import type { DataReads } from '../engine.ts'
import type { Block, Expression, Node, Path } from './tree.ts'

/** What names may mean at one place of a template: whether `this` and block parameters may be the data themselves. */
interface Scope {
  readonly isData: boolean
  readonly params: ReadonlyMap<ByteText, boolean>
}

/** The names that a template may ask the data for, by its text alone: every branch is taken. */
export function dataReads(nodes: readonly Node[]): DataReads {
  const reader = new Reader()
  reader.nodes(nodes, { isData: true, params: new Map() })
  return reader
}

class Reader implements DataReads {
  readonly names = new Set<string>()
  mayReadAll = false

  nodes(nodes: readonly Node[] | undefined, scope: Scope): void {
    for (const node of nodes ?? []) {
      if (node.kind === 'output') this.#use(this.#isData(node.expression, scope))
      else if (node.kind === 'block') this.#block(node, scope)
    }
  }

  #block(block: Block, scope: Scope): void {
    const isData = this.#isData(block.subject, scope)
    if (block.block === 'each') this.#use(isData)
    this.nodes(block.body, this.#bodyOf(block, isData, scope))
    this.nodes(block.otherwise, scope)
  }

  #bodyOf({ block, params }: Block, isData: boolean, scope: Scope): Scope {
    if (block === 'if' || block === 'unless' || block === 'raw') return scope
    const isInner = isData && block !== 'each'
    const own = params.map((name, index) => [name, isInner && index === 0] as const)
    // What is true makes a section a condition.
    return { isData: isInner || (block === 'section' && scope.isData), params: new Map([...scope.params, ...own]) }
  }

  /** All of them are read. */
  #use(isData: boolean): void {
    if (isData) this.mayReadAll = true
  }

  /** Whether it may be the data themselves, once its own reads are noted. */
  #isData(expression: Expression, scope: Scope): boolean {
    if (expression.kind === 'path') return this.#path(expression, scope)
    if (expression.kind === 'call') for (const arg of expression.args) this.#use(this.#isData(arg, scope))
    if (expression.kind === 'lookup' && this.#isData(expression.object, scope)) this.#lookUp(expression.key)
    if (expression.kind === 'lookup') this.#use(this.#isData(expression.key, scope))
    return false
  }

  #lookUp(key: Expression): void {
    if (key.kind === 'literal' && typeof key.value === 'string') this.names.add(textOf(key.value))
    else this.mayReadAll = true
  }

  #path({ isData, isScoped, up, parts }: Path, scope: Scope): boolean {
    const [first, ...rest] = parts
    if (isData) return first === 'root' && this.#member(true, rest)
    const param = first !== undefined && up === 0 && !isScoped ? scope.params.get(first) : undefined
    if (param !== undefined) return this.#member(param, rest)
    // Where `../` leads depends on values: blocks that leave `this` as it is do not count. The outermost is the data.
    return this.#member(up > 0 || scope.isData, parts)
  }

  #member(isData: boolean, [first]: readonly ByteText[]): boolean {
    if (!isData || first === undefined) return isData
    this.names.add(textOf(first))
    return false
  }
}
