import type { ByteText } from '../byte-text.ts'
import type { TemplateValue } from '../value.ts'
import { printValue } from './print-value.ts'

/** Go's fmt.Sprint: a space between two operands when neither is a string. */
export function printOperands(values: readonly TemplateValue[]): ByteText {
  return values
    .map((value, index) => {
      const previous = values[index - 1]
      const space = index > 0 && typeof value !== 'string' && typeof previous !== 'string' ? ' ' : ''
      return space + printValue(value)
    })
    .join('')
}
