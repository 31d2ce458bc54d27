import { FunctionError } from '../function-error.ts'

/** In bytes of text; every value counts as 16 more. Lists may hold one list many times over, so that a small value prints as a huge one. */
const LARGEST = 16 * 1024 * 1024

/** To be told of each text that is made. Throws FunctionError once they are too many. */
export function sizeLimit(): (bytes: number) => void {
  let left = LARGEST
  return (bytes) => {
    left -= bytes + 16
    if (left < 0) throw new FunctionError('the value is too large to print', true)
  }
}
