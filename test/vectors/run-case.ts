import { isDeepStrictEqual } from 'node:util'
import { SecretError } from '../../plugin/model/secret-error.ts'
import { GoFailure } from './go-failure.ts'
import { type GoOutcome, runGoTemplate } from './go-templates.ts'
import { operations } from './operations.ts'
import { templateOperations } from './template-operations.ts'
import type { VectorCase } from './vector-file.ts'

/** Undefined when the case passes, else why it does not. A case that needs what is not built yet does not pass. */
export function runCase(vector: VectorCase): string | undefined {
  if (vector.op === undefined) return runTemplateCase(vector, () => runGoTemplate(vector))
  const ofTemplates = templateOperations.get(vector.op)
  if (ofTemplates) return runTemplateCase(vector, () => outcomeOf(() => ofTemplates({ ...vector })))
  const operation = operations.get(vector.op)
  if (!operation) return `operation ${vector.op} is not there yet`
  try {
    const result = operation(vector.input ?? {})
    if (vector.expectedError !== undefined) return `no error, expected: ${vector.expectedError}`
    return isDeepStrictEqual(result, vector.expected)
      ? undefined
      : `gave ${JSON.stringify(result)}, expected ${JSON.stringify(vector.expected)}`
  } catch (thrown) {
    return explainError(thrown, vector.expectedError)
  }
}

/** Messages are compared to the letter, with their line and column. */
function runTemplateCase(vector: VectorCase, run: () => GoOutcome): string | undefined {
  try {
    return compareOutcome(vector, run())
  } catch (thrown) {
    return `crashed: ${thrown instanceof Error ? thrown.stack : String(thrown)}`
  }
}

function outcomeOf(run: () => unknown): GoOutcome {
  try {
    return { result: run(), error: undefined }
  } catch (thrown) {
    if (thrown instanceof GoFailure) return { result: undefined, error: thrown.message }
    throw thrown
  }
}

function compareOutcome(vector: VectorCase, { result, error }: GoOutcome): string | undefined {
  if (error !== undefined) {
    const { expectedError, expectedErrorFull, partialOutput } = vector
    if (expectedError === undefined || !error.includes(expectedError)) return `error: ${error}, expected: ${shown(vector)}`
    if (expectedErrorFull !== undefined && error !== expectedErrorFull) return `error: ${error}, in full: ${expectedErrorFull}`
    return partialOutput === undefined || isDeepStrictEqual(result, partialOutput)
      ? undefined
      : `had written ${JSON.stringify(result)}`
  }
  return vector.expectedError === undefined && isDeepStrictEqual(result, vector.expected)
    ? undefined
    : `gave ${JSON.stringify(result)}, expected ${shown(vector)}`
}

function shown({ expected, expectedError }: VectorCase): string {
  return expectedError ?? JSON.stringify(expected)
}

function explainError(thrown: unknown, expected: string | undefined): string | undefined {
  if (!(thrown instanceof SecretError)) return `crashed: ${String(thrown)}`
  if (expected === undefined) return `error: ${thrown.message}`
  return saysTheSame(thrown.message, expected) ? undefined : `error: ${thrown.message}, expected: ${expected}`
}

/**
 * Our texts are Go's but for two rules of ours (R18): names are escaped and cut at 200 characters, and what Go's JSON parser says is
 * withheld because it quotes its input.
 */
function saysTheSame(message: string, expected: string): boolean {
  if (/^(?:json: |invalid character )/.test(expected)) return message === 'value is not a JSON object'
  const escaped = expected.replaceAll(
    /\p{Cc}/gu,
    (control) => `\\u${(control.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  )
  return message.endsWith('…') ? escaped.startsWith(message.slice(0, -1)) : message.includes(escaped)
}
