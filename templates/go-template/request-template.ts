import { bytesOf, byteText, byteTextOf } from '../byte-text.ts'
import type { Budget, Surroundings } from '../engine.ts'
import { catalogue as functions } from '../functions/catalogue.ts'
import { mapOf, types } from '../go-type.ts'
import { Meter } from '../meter.ts'
import { GoMap } from '../value.ts'
import { compileProgram } from './compile-program.ts'
import { DEFAULT_DELIMITERS } from './lexer.ts'
import { runProgram } from './run-program.ts'

/** Groups of names and their bytes: `{{ .group.name }}`. */
export type RequestData = ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>

export interface RequestTemplate {
  /** Pure but for its surroundings. Throws TemplateError. */
  render(data: RequestData, budget: Budget, surroundings: Surroundings): Uint8Array
}

const GROUPS = mapOf(types.string, types.stringMap)

/**
 * Go's text/template as External Secrets writes requests with it (external-secrets.md 7.7): a group or name that is missing is no error, but prints
 * `<no value>`. Throws TemplateError for a text that is not a template.
 */
export function compileRequestTemplate(text: string, name: string): RequestTemplate {
  const program = compileProgram(byteTextOf(text), {
    name: byteTextOf(name),
    delimiters: DEFAULT_DELIMITERS,
    missingKey: 'default',
    functions,
  })
  return {
    render(data, budget, surroundings) {
      const groups = Array.from(data, ([group, names]) => [byteTextOf(group), groupOf(names)] as const)
      const run = runProgram(program, new GoMap(GROUPS, groups), { meter: new Meter(budget), surroundings })
      if (run.failure) throw run.failure
      return bytesOf(run.written)
    },
  }
}

function groupOf(names: ReadonlyMap<string, Uint8Array>): GoMap {
  return new GoMap(
    types.stringMap,
    Array.from(names, ([name, bytes]) => [byteTextOf(name), byteText(bytes)] as const),
  )
}
