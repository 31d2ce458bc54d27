import { randomBytes } from 'node:crypto'
import { bytesOf, byteTextOf } from '../../templates/byte-text.ts'
import type { Budget, Surroundings } from '../../templates/engine.ts'
import { TemplateError } from '../../templates/engine.ts'
import { catalogue as functions } from '../../templates/functions/catalogue.ts'
import type { TemplateFunction } from '../../templates/functions/template-function.ts'
import { compileProgram } from '../../templates/go-template/compile-program.ts'
import { DEFAULT_DELIMITERS } from '../../templates/go-template/lexer.ts'
import { runProgram } from '../../templates/go-template/run-program.ts'
import { sliceOfGo } from '../../templates/go-template/slice-of-go.ts'
import { Meter } from '../../templates/meter.ts'
import { encodedBytes } from './encoding.ts'
import { goValueFrom } from './go-encoding.ts'
import type { VectorCase } from './vector-file.ts'

const BUDGET: Budget = {
  steps: 20_000_000,
  depth: 400,
  outputBytes: 64 * 1024 * 1024,
  wallTimeMs: 60_000,
  heavyCalls: 100,
  now: () => performance.now(),
}

const builtins: ReadonlyMap<string, TemplateFunction> = new Map(
  [...functions.values(), sliceOfGo].filter((fn) => fn.source === 'Go text/template').map((fn) => [fn.name, fn]),
)

/** What a case of gotemplate.json or sprig.json gives: its result as vector files write it, or its full message. */
export interface GoOutcome {
  readonly result: unknown
  readonly error: string | undefined
}

export function runGoTemplate({ template = '', vars, options = {}, requiresTZ }: VectorCase): GoOutcome {
  try {
    const program = compileProgram(byteTextOf(template), {
      name: 'test',
      delimiters: { left: options.left || DEFAULT_DELIMITERS.left, right: options.right || DEFAULT_DELIMITERS.right },
      missingKey: options.missingkey ?? 'default',
      functions: options.funcs === 'none' ? builtins : functions,
    })
    const root = goValueFrom(vars)
    const { written, failure } = runProgram(program, root, { meter: new Meter(BUDGET), surroundings: surroundings(requiresTZ) })
    return { result: encodedBytes(bytesOf(written)), error: failure && fullText(failure) }
  } catch (thrown) {
    if (thrown instanceof TemplateError) return { result: undefined, error: fullText(thrown) }
    throw thrown
  }
}

function fullText({ prefix = '', message }: TemplateError): string {
  return prefix + message
}

function surroundings(localZone = 'UTC'): Surroundings {
  return { random: () => ({ bytes: (count) => randomBytes(count) }), now: () => Date.UTC(2024, 1, 29), localZone }
}
