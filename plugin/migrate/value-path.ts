import { goString, isIdentifier } from './template-text.ts'

/** A template expression for the value at `steps` of what `root` gives; it fails where nothing is there, as `missingkey=error` wants it. */
export function pathExpression(root: string, steps: readonly (string | number)[]): string {
  return steps.reduce<string>((expression, step) => {
    if (typeof step === 'number') return `(index ${expression} ${step})`
    if (isIdentifier(step)) return `${expression}.${step}`
    // `index` gives nothing for a missing name and goes on; picking the only value of what was picked fails.
    return `(index (values (pick ${expression} ${goString(step)})) 0)`
  }, root)
}
