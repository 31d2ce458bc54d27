import assert from 'node:assert/strict'
import { textOf } from '../../../../templates/byte-text.ts'
import { FunctionError } from '../../../../templates/function-error.ts'
import { callFunction } from '../../../../templates/functions/call-function.ts'
import type { TemplateFunction } from '../../../../templates/functions/template-function.ts'
import { printValue } from '../../../../templates/go-format/print-value.ts'
import { Meter } from '../../../../templates/meter.ts'
import type { TemplateValue } from '../../../../templates/value.ts'
import { roomyBudget, roomySurroundings } from '../render-data.ts'

/** What a function of these gives, as a value. */
export function valueOf(functions: readonly TemplateFunction[], name: string, args: readonly TemplateValue[]): TemplateValue {
  const fn = functions.find((candidate) => candidate.name === name)
  assert.ok(fn, `${name} is not among the functions`)
  return callFunction(fn, args, { meter: new Meter(roomyBudget), surroundings: roomySurroundings }, '1:1')
}

/** What Go templates print for it; a failure is `!` and its text, or the text alone where sprig goes on with it. */
export function printed(functions: readonly TemplateFunction[], name: string, args: readonly TemplateValue[]): string {
  try {
    return textOf(printValue(valueOf(functions, name, args)))
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error
    const goesOn = functions.find((candidate) => candidate.name === name)?.goOnError === 'text'
    return `${goesOn ? '' : '!'}${textOf(error.message)}`
  }
}
