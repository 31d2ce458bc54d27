import { bytesOf, byteText, byteTextOf } from '../byte-text.ts'
import type { TemplateEngine } from '../engine.ts'
import { catalogue as functions } from '../functions/catalogue.ts'
import { types } from '../go-type.ts'
import { Meter } from '../meter.ts'
import { GoMap } from '../value.ts'
import { compileProgram } from './compile-program.ts'
import { dataReads } from './data-reads.ts'
import { DEFAULT_DELIMITERS } from './lexer.ts'
import { runProgram } from './run-program.ts'

/** Go's text/template as External Secrets sets it up: its functions, the data as a map of strings, a missing key is an error. */
export const goTemplateEngine: TemplateEngine = {
  compile(text, name = 'template') {
    const program = compileProgram(byteTextOf(text), {
      name: byteTextOf(name),
      delimiters: DEFAULT_DELIMITERS,
      missingKey: 'error',
      functions,
    })
    return {
      render(data, budget, surroundings) {
        const entries = Array.from(data, ([key, value]) => [byteTextOf(key), byteText(value)] as const)
        const run = runProgram(program, new GoMap(types.stringMap, entries), { meter: new Meter(budget), surroundings })
        if (run.failure) throw run.failure
        return { bytes: bytesOf(run.written), usesData: run.usesData }
      },
      reads: () => dataReads(program.set),
    }
  },
}
