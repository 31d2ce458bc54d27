import { types } from '../go-type.ts'
import type { Parameter, TemplateFunction } from './template-function.ts'

export const TEXT: Parameter = { name: 'text', type: types.string }

/** A parameter that is a Go string. */
export function textNamed(name: string): Parameter {
  return { name, type: types.string }
}

/** A parameter that is a Go int. */
export function intNamed(name: string): Parameter {
  return { name, type: types.int }
}

/** A function of sprig's that gives a text and never fails. */
export function toText(
  name: string,
  parameters: readonly Parameter[],
  about: Pick<TemplateFunction, 'doc' | 'example'>,
  run: TemplateFunction['run'],
): TemplateFunction {
  return { name, parameters, returns: types.string, source: 'sprig', safeMessage: true, ...about, run }
}
