import { type ByteText, textOf } from '../byte-text.ts'
import type { DataReads } from '../engine.ts'
import type { Branch, Command, Node, Operand, Pipe, TemplateSet } from './node.ts'

/** What an operand may be: the data themselves, or something that was read of them or made otherwise; `text` where it is written out. */
interface Seen {
  readonly isData: boolean
  readonly text?: ByteText
}

/** Where a node stands: what dot may be there, and `$`, of the template that is called so. */
interface Context {
  readonly dot: boolean
  readonly root: boolean
  readonly template: ByteText
}

const OTHER: Seen = { isData: false }
const DATA: Seen = { isData: true }
/** Functions that look up one name of a map, their first argument. */
const LOOKUPS: ReadonlySet<string> = new Set(['index', 'get', 'hasKey'])

/** The names that a template may ask the data for, by its text alone: every branch is taken, and a variable is whatever it is given anywhere. */
export function dataReads(set: TemplateSet): DataReads {
  const reader = new Reader(set)
  return { names: reader.names, mayReadAll: reader.mayReadAll }
}

class Reader implements DataReads {
  readonly names = new Set<string>()
  mayReadAll = false
  readonly #set: TemplateSet
  /** Variables that hold the data somewhere, by template and name. */
  readonly #holders = new Set<string>()
  /** Templates that were looked through in this round, by what dot is in them. */
  #seen = new Set<string>()

  constructor(set: TemplateSet) {
    this.#set = set
    // What is learned of a variable at the end of a loop counts at its beginning.
    for (let known = -1; known < this.#holders.size; ) {
      known = this.#holders.size
      this.#seen = new Set()
      this.#template(set.name, true)
    }
  }

  #template(template: ByteText, dot: boolean): void {
    const seen = `${dot} ${template}`
    if (this.#seen.has(seen)) return
    this.#seen.add(seen)
    this.#nodes(this.#set.templates.get(template) ?? [], { dot, root: dot, template })
  }

  #nodes(nodes: readonly Node[] | undefined, context: Context): void {
    for (const node of nodes ?? []) {
      if (node.kind === 'action') {
        const printed = this.#pipe(node.pipe, context)
        if (node.pipe.variables.length === 0) this.#use(printed)
      } else if (node.kind === 'template') {
        this.#template(node.name, node.pipe !== undefined && this.#pipe(node.pipe, context).isData)
      } else if (node.kind === 'if' || node.kind === 'with' || node.kind === 'range') this.#branch(node, context)
    }
  }

  /** A condition looks only whether the data are empty. */
  #branch(node: Branch, context: Context): void {
    const isRange = node.kind === 'range'
    const subject = isRange ? this.#commands(node.pipe, context) : this.#pipe(node.pipe, context)
    if (isRange) this.#use(subject)
    const dot = node.kind === 'if' ? context.dot : node.kind === 'with' && subject.isData
    this.#nodes(node.body, { ...context, dot })
    this.#nodes(node.otherwise, context)
  }

  /** All of them are read. */
  #use({ isData }: Seen): void {
    if (isData) this.mayReadAll = true
  }

  #pipe(pipe: Pipe, context: Context): Seen {
    const value = this.#commands(pipe, context)
    if (value.isData) for (const name of pipe.variables) this.#holders.add(`${context.template} ${name}`)
    return value
  }

  #commands({ commands }: Pipe, context: Context): Seen {
    let final: Seen | undefined
    for (const command of commands) final = this.#command(command, context, final)
    return final ?? OTHER
  }

  #command({ first, args }: Command, context: Context, final: Seen | undefined): Seen {
    const given = args.map((arg) => this.#operand(arg, context))
    if (first.kind === 'identifier') return this.#call(first.name, final ? [...given, final] : given)
    for (const one of given) this.#use(one)
    return this.#operand(first, context)
  }

  #call(name: string, args: readonly Seen[]): Seen {
    const [map, key, ...more] = args
    if (LOOKUPS.has(name) && map?.isData && key?.text !== undefined) {
      this.#name(key.text)
      for (const one of more) this.#use(one)
    } else for (const one of args) this.#use(one)
    return OTHER
  }

  #operand(operand: Operand, context: Context): Seen {
    switch (operand.kind) {
      case 'dot':
        return context.dot ? DATA : OTHER
      case 'field':
        return this.#member(context.dot, operand.names)
      case 'variable':
        return this.#member(this.#isHolder(operand.name, context), operand.names)
      case 'chain':
        return this.#member(this.#operand(operand.of, context).isData, operand.names)
      case 'pipe':
        return this.#pipe(operand, context)
      case 'string':
        return { isData: false, text: operand.value }
      default:
        return OTHER
    }
  }

  #isHolder(name: ByteText, { root, template }: Context): boolean {
    return name === '$' ? root : this.#holders.has(`${template} ${name}`)
  }

  #member(isData: boolean, [first]: readonly ByteText[]): Seen {
    if (!isData) return OTHER
    if (first === undefined) return DATA
    this.#name(first)
    return OTHER
  }

  #name(name: ByteText): void {
    this.names.add(textOf(name))
  }
}
