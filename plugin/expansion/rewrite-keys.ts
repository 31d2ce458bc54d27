import { byteTextOf, textOf } from '../../templates/byte-text.ts'
import { type Budget, type Surroundings, TemplateError } from '../../templates/engine.ts'
import { goQuote } from '../../templates/go-format/quote.ts'
import type { KeyRenaming, RenameKey } from '../../templates/scopes/key-renaming.ts'
import { ScopeError } from '../../templates/scopes/scope-error.ts'
import { quoteName } from '../model/quote-name.ts'
import { inByteOrder } from './in-byte-order.ts'
import { OperationFailure } from './rewrite-error.ts'

/** What renaming keys needs; the budget is that of one operation. */
export interface RenameTools {
  readonly keyRenaming: KeyRenaming
  readonly budget: Budget
  readonly surroundings: Surroundings
}

/** Replaces what matches in every key (external-secrets.md 2.8). Throws OperationFailure, BudgetExceeded. */
export function renameByRegexp<T>(
  { source, target }: { readonly source: string; readonly target: string },
  values: ReadonlyMap<string, T>,
  { keyRenaming, budget }: RenameTools,
): ReadonlyMap<string, T> {
  try {
    return renamed(values, keyRenaming.regexp(source, target, budget))
  } catch (thrown) {
    if (!(thrown instanceof ScopeError)) throw thrown
    throw new OperationFailure(`regexp failed with failed to compile: ${thrown.message}`, {
      remedy: 'write the expression in the syntax of RE2; it has no look-around and no back-references',
    })
  }
}

/** Computes every key by a template (external-secrets.md 2.8). Throws OperationFailure. */
export function renameByTemplate<T>(
  { template }: { readonly template: string },
  values: ReadonlyMap<string, T>,
  { keyRenaming, budget, surroundings }: RenameTools,
): ReadonlyMap<string, T> {
  const failing = <R>(what: string, shownWhat: string, step: () => R): R => {
    try {
      return step()
    } catch (thrown) {
      if (thrown instanceof TemplateError) throw templateFailure(thrown, what, shownWhat)
      throw thrown
    }
  }
  const parsing = 'failed to parse template'
  const rename = failing(parsing, parsing, () => keyRenaming.template(template, budget, surroundings))
  const endsAt = budget.now() + budget.wallTimeMs
  return renamed(values, (key) => {
    if (budget.now() > endsAt)
      throw new OperationFailure(`transform takes longer than ${budget.wallTimeMs} ms for all keys together`)
    const executing = 'failed to execute template for key'
    return failing(`${executing} ${textOf(goQuote(byteTextOf(key)))}`, `${executing} ${quoteName(key)}`, () => rename(key))
  })
}

function renamed<T>(values: ReadonlyMap<string, T>, rename: RenameKey): ReadonlyMap<string, T> {
  return new Map(inByteOrder(values).map(([key, value]) => [rename(key), value]))
}

function templateFailure(error: TemplateError, what: string, shownWhat: string): OperationFailure {
  const { message, prefix = '', redacted, remedy } = error
  return new OperationFailure(`transform failed with ${what}: ${prefix}${message}`, {
    shown: `transform failed with ${shownWhat}: ${prefix}${redacted}`,
    ...(remedy !== undefined && { remedy }),
  })
}
