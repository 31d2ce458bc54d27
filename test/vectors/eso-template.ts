import { bytesOf, byteText, byteTextOf } from '../../templates/byte-text.ts'
import { type Budget, type Surroundings, TemplateError } from '../../templates/engine.ts'
import { catalogue as functions } from '../../templates/functions/catalogue.ts'
import { compileProgram } from '../../templates/go-template/compile-program.ts'
import { DEFAULT_DELIMITERS, type Delimiters } from '../../templates/go-template/lexer.ts'
import { runProgram } from '../../templates/go-template/run-program.ts'
import { types } from '../../templates/go-type.ts'
import { Meter } from '../../templates/meter.ts'
import { GoMap } from '../../templates/value.ts'
import { GoFailure } from './go-failure.ts'

/** Roomy: what the vectors measure is not a budget. */
export const ROOMY_BUDGET: Budget = {
  steps: 20_000_000,
  depth: 400,
  outputBytes: 64 * 1024 * 1024,
  wallTimeMs: 60_000,
  heavyCalls: 100,
  now: () => performance.now(),
}

export const VECTOR_SURROUNDINGS: Surroundings = {
  random: () => ({ bytes: (count) => new Uint8Array(count) }),
  now: () => Date.UTC(2024, 1, 29),
  localZone: 'UTC',
}

/** Renders a template as ESO does; a failure has the text that ESO wraps around Go's. */
export function renderAsEso(
  name: string,
  text: string,
  data: ReadonlyMap<string, Uint8Array>,
  delimiters: Delimiters = DEFAULT_DELIMITERS,
): Uint8Array {
  const program = parsed(name, text, delimiters)
  const root = new GoMap(
    types.stringMap,
    Array.from(data, ([key, value]) => [byteTextOf(key), byteText(value)]),
  )
  const { failure, written } = runProgram(program, root, { meter: new Meter(ROOMY_BUDGET), surroundings: VECTOR_SURROUNDINGS })
  const executing = `unable to execute template at key ${name}: `
  if (failure) throw new GoFailure(executing + executing + goText(failure))
  return bytesOf(written)
}

function parsed(name: string, text: string, delimiters: Delimiters): ReturnType<typeof compileProgram> {
  try {
    return compileProgram(byteTextOf(text), { name: byteTextOf(name), delimiters, missingKey: 'error', functions })
  } catch (thrown) {
    if (!(thrown instanceof TemplateError)) throw thrown
    throw new GoFailure(`unable to execute template at key ${name}: unable to parse template at key ${name}: ${goText(thrown)}`)
  }
}

function goText({ prefix = '', message }: TemplateError): string {
  return prefix + message
}
