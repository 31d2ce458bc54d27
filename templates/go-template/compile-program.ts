import { type ByteText, textOf } from '../byte-text.ts'
import { TemplateError } from '../engine.ts'
import { explainUnknownName } from '../explain-name.ts'
import type { TemplateFunction } from '../functions/template-function.ts'
import type { MissingKey, Program } from './execution-state.ts'
import type { Delimiters } from './lexer.ts'
import { columnOf } from './line-and-column.ts'
import { ParseFailure } from './parse-failure.ts'
import { parse } from './parser.ts'

export interface CompileOptions {
  readonly name: ByteText
  readonly delimiters: Delimiters
  readonly missingKey: MissingKey
  readonly functions: ReadonlyMap<string, TemplateFunction>
}

/** In bytes. Reading one takes about a microsecond a byte. */
const LONGEST = 512 * 1024

/** Reads a template, whose functions must all be known. Throws TemplateError with Go's text. */
export function compileProgram(text: ByteText, options: CompileOptions): Program {
  const { name, delimiters, missingKey, functions } = options
  if (text.length > LONGEST) {
    throw new TemplateError(`the template is longer than ${LONGEST} bytes`, { line: 1, column: 1, safe: true })
  }
  try {
    const set = parse(text, { name, delimiters, hasFunction: (wanted) => functions.has(wanted) })
    return { set, functions, missingKey }
  } catch (thrown) {
    if (thrown instanceof ParseFailure) throw parseError(thrown, text, options)
    throw thrown
  }
}

function parseError(failure: ParseFailure, text: ByteText, { name, functions }: CompileOptions): TemplateError {
  const { started, line, position } = failure
  const message = failure.message + (started ? `${started.started} ${name}:${started.line}` : '')
  const unknown = /^function "(.*)" not defined$/.exec(message)?.[1]
  return new TemplateError(textOf(message), {
    line,
    column: columnOf(text, position),
    safe: true,
    prefix: textOf(`template: ${name}:${line}: `),
    ...(unknown !== undefined && { remedy: explainUnknownName(unknown, [...functions.keys()]) }),
  })
}
