import { FunctionError } from '../function-error.ts'
import type { TemplateValue } from '../value.ts'

/** The items in parts of `size`, with sprig's arithmetic: a size under 1 panics, but for the few lists of which it makes one part or none. */
export function chunkItems(items: readonly TemplateValue[], size: number): readonly (readonly TemplateValue[])[] {
  const count = Math.floor((items.length - 1) / size) + 1
  if (size === 0 || count < 0) throw outOfRange()
  return Array.from({ length: count }, (_, index) => {
    const rest = index === count - 1 ? items.length % size : 0
    const length = rest === 0 ? size : rest
    if (length < 0) throw outOfRange()
    return items.slice(index * size, index * size + length)
  })
}

function outOfRange(): FunctionError {
  return new FunctionError('runtime error: makeslice: len out of range', true)
}
