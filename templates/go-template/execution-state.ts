import type { ByteText } from '../byte-text.ts'
import type { CallContext } from '../functions/call-function.ts'
import { signatureOf, type TemplateFunction } from '../functions/template-function.ts'
import type { GoMap } from '../value.ts'
import { type Evaluated, type Held, held } from './evaluated.ts'
import { ExecutionFailure, type FailureDetails } from './execution-failure.ts'
import type { Place, TemplateSet } from './node.ts'

/** What a key that a map does not have is: an error, no value, or the zero value of the map's elements. */
export type MissingKey = 'error' | 'default' | 'zero'

export interface Program {
  readonly set: TemplateSet
  readonly functions: ReadonlyMap<string, TemplateFunction>
  readonly missingKey: MissingKey
}

interface Variable {
  readonly name: ByteText
  value: Held
}

/** What changes while a template runs: its variables, and where it is. */
export class ExecutionState {
  readonly program: Program
  readonly context: CallContext
  readonly root: Evaluated
  /** Go reports an error at what it looked at last. */
  place: Place | undefined
  /** The template that runs now. */
  template: ByteText
  usesData = false
  /** Whose argument is checked. */
  callee: TemplateFunction | undefined
  #variables: Variable[] = []

  constructor(program: Program, context: CallContext, root: Evaluated) {
    this.program = program
    this.context = context
    this.root = root
    this.template = program.set.name
    this.#variables = [{ name: '$', value: held(root) }]
  }

  /** Runs another template of the set, whose variables are its own. */
  within(template: ByteText, data: Evaluated, run: () => void): void {
    const [outerTemplate, outerVariables] = [this.template, this.#variables]
    this.template = template
    this.#variables = [{ name: '$', value: held(data) }]
    run()
    this.template = outerTemplate
    this.#variables = outerVariables
  }

  mark(): number {
    return this.#variables.length
  }

  /** Forgets the variables that were declared since the mark. */
  release(mark: number): void {
    this.#variables.length = mark
  }

  declare(name: ByteText, value: Held): void {
    this.#variables.push({ name, value })
  }

  assign(name: ByteText, value: Held): void {
    this.#find(name).value = value
  }

  /** The variable that was declared last, or the one before it. */
  assignTop(back: 1 | 2, value: Held): void {
    const variable = this.#variables.at(-back)
    if (variable) variable.value = value
  }

  variable(name: ByteText): Held {
    return this.#find(name).value
  }

  #find(name: ByteText): Variable {
    return this.#variables.findLast((variable) => variable.name === name) ?? this.fail(`undefined variable: ${name}`)
  }

  /** A look at the data of the render itself, and not at something that the template made. */
  noteUse(value: Evaluated): void {
    if (value === this.root) this.usesData = true
  }

  /** An argument that does not fit: the remedy is the signature of {@link callee}. */
  failArgument(message: ByteText): never {
    return this.fail(message, signatureRemedy(this.callee))
  }

  fail(message: ByteText, details: Partial<FailureDetails> = {}): never {
    throw new ExecutionFailure(message, { place: this.place, template: this.template, safe: true, ...details })
  }

  /** Names of the data, for messages. */
  dataNames(map: GoMap): readonly ByteText[] | undefined {
    return map === this.root ? map.keys() : undefined
  }
}

export function signatureRemedy(fn: TemplateFunction | undefined): Pick<FailureDetails, 'remedy'> {
  return fn ? { remedy: `its signature is ${signatureOf(fn)}` } : {}
}
