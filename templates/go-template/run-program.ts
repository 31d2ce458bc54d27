import { type ByteText, textOf } from '../byte-text.ts'
import { TemplateError, type TemplateErrorDetails } from '../engine.ts'
import { FunctionError } from '../function-error.ts'
import type { CallContext } from '../functions/call-function.ts'
import { goQuote } from '../go-format/quote.ts'
import { BudgetExceeded } from '../meter.ts'
import { type Evaluated, noValue } from './evaluated.ts'
import { ExecutionFailure } from './execution-failure.ts'
import { ExecutionState, type Program } from './execution-state.ts'
import { columnOf, lineAndColumn } from './line-and-column.ts'
import type { Place } from './node.ts'
import { placeText } from './node-text.ts'
import { Renderer } from './renderer.ts'

/** What came of running a program. Without a failure everything was written. */
export interface Run {
  readonly written: ByteText
  readonly usesData: boolean
  readonly failure: TemplateError | undefined
}

/** Runs a program with `root` as its dot. What a template or its data do wrong is in the result. */
export function runProgram(program: Program, root: Evaluated, context: CallContext): Run {
  const state = new ExecutionState(program, context, root === undefined ? noValue : root)
  const renderer = new Renderer(state)
  const failure = attempt(program, state, () => renderer.run())
  return { written: renderer.result(), usesData: state.usesData, failure }
}

function attempt(program: Program, state: ExecutionState, run: () => void): TemplateError | undefined {
  try {
    run()
    return undefined
  } catch (thrown) {
    if (thrown instanceof ExecutionFailure) return executionError(program, thrown)
    if (thrown instanceof BudgetExceeded) return limitError(program, state, thrown.message, { overBudget: true })
    if (thrown instanceof FunctionError) return limitError(program, state, thrown.message)
    if (thrown instanceof RangeError) return limitError(program, state, 'the template nests too deeply')
    throw thrown
  }
}

function executionError(program: Program, { message, details }: ExecutionFailure): TemplateError {
  const { functionName, redacted, remedy, safe } = details
  return new TemplateError(textOf(message), {
    ...placeOf(program, details.place),
    safe,
    prefix: textOf(prefix(program, details.template, details.place)),
    ...(functionName !== undefined && { functionName }),
    ...(redacted !== undefined && { redacted }),
    ...(remedy !== undefined && { remedy }),
  })
}

function limitError(
  program: Program,
  { place, template }: ExecutionState,
  message: string,
  details: Pick<TemplateErrorDetails, 'overBudget'> = {},
): TemplateError {
  return new TemplateError(message, {
    ...placeOf(program, place),
    ...details,
    safe: true,
    prefix: textOf(prefix(program, template, place)),
  })
}

function placeOf({ set }: Program, place: Place | undefined): { readonly line: number; readonly column: number } {
  const position = place?.position ?? 0
  return { line: lineAndColumn(set.text, position).line, column: columnOf(set.text, position) }
}

function prefix({ set }: Program, template: ByteText, place: Place | undefined): ByteText {
  if (!place) return `template: ${set.name}: `
  const { line, offset } = lineAndColumn(set.text, place.position)
  return `template: ${set.name}:${line}:${offset}: executing ${goQuote(template)} at <${placeText(place)}>: `
}
