import { byteTextOf, textOf } from '../byte-text.ts'
import { catalogue as functions } from '../functions/catalogue.ts'
import { RegexpSyntaxError } from '../functions/compiled-regexp.ts'
import { GoRegexp } from '../functions/go-regexp.ts'
import { compileProgram } from '../go-template/compile-program.ts'
import { DEFAULT_DELIMITERS } from '../go-template/lexer.ts'
import { runProgram } from '../go-template/run-program.ts'
import { types } from '../go-type.ts'
import { Meter } from '../meter.ts'
import { GoMap } from '../value.ts'
import type { KeyRenaming } from './key-renaming.ts'
import { ScopeError } from './scope-error.ts'

/** In a file of its own, since it needs both engines: whoever renames no keys need not load them. */
export const goKeyRenaming: KeyRenaming = {
  regexp(source, target, budget) {
    const regexp = compileRegexp(source, new Meter(budget))
    const replacement = byteTextOf(target)
    return (key) => textOf(regexp.replaceAll(byteTextOf(key), replacement))
  },

  template(text, budget, surroundings) {
    const program = compileProgram(byteTextOf(text), {
      name: 'transform',
      delimiters: DEFAULT_DELIMITERS,
      missingKey: 'default',
      functions,
    })
    return (key) => {
      const root = new GoMap(types.stringMap, [['value', byteTextOf(key)]])
      const { failure, written } = runProgram(program, root, { meter: new Meter(budget), surroundings })
      if (failure) throw failure
      return textOf(written)
    }
  },
}

function compileRegexp(source: string, meter: Meter): GoRegexp {
  try {
    return new GoRegexp(byteTextOf(source), meter)
  } catch (thrown) {
    if (thrown instanceof RegexpSyntaxError) throw new ScopeError(textOf(thrown.message), { safe: true })
    throw thrown
  }
}
