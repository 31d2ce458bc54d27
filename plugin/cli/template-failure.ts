import type { TemplateError } from '../../templates/engine.ts'
import { templateExcerpt } from '../expansion/template-excerpt.ts'
import { printable } from '../model/printable.ts'

/** A template on the command line that failed. */
export interface FailedTemplate {
  /** As the user named it; `-` is standard input. */
  readonly file: string
  /** Its text: the author's own, which holds no value. */
  readonly text: string
  readonly error: TemplateError
}

/** What may be said of a function's own words (R18). */
export type Words = 'withheld' | 'shown'

/** The report of a template that cannot be compiled or rendered: place, message, the line with a caret under the column, remedy. */
export function templateFailureReport({ file, text, error }: FailedTemplate, words: Words): string {
  const isCut = words === 'withheld' && !error.safe
  const { line, column, remedy } = error
  const message = (error.prefix ?? '') + (words === 'shown' ? spoken(error) : error.redacted)
  return [
    'error: 1 problem: nothing was rendered',
    `${file === '-' ? 'standard input' : printable(file)}:${line}:${column}: InvalidSpec`,
    `  ${printable(message)}`,
    ...templateExcerpt(text, { line, column }).map((shown) => `  ${shown}`),
    ...(remedy === undefined ? [] : [`  -> ${printable(remedy)}`]),
    ...(isCut ? ['  -> the rest may hold a value; --show-values shows it'] : []),
    '',
  ].join('\n')
}

/** The function's name is not in the message of every engine. */
function spoken({ message, functionName, safe }: TemplateError): string {
  if (safe || functionName === undefined || message.startsWith('error calling ')) return message
  return `error calling ${functionName}: ${message}`
}
