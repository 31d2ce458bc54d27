import { byteTextOf, textOf } from '../../templates/byte-text.ts'
import { type Budget, type Surroundings, TemplateError } from '../../templates/engine.ts'
import { goQuote } from '../../templates/go-format/quote.ts'
import type { KeyRenaming, RenameKey } from '../../templates/scopes/key-renaming.ts'
import { ScopeError } from '../../templates/scopes/scope-error.ts'
import { quoteName } from '../model/quote-name.ts'
import type { SecretValue } from '../model/secret-value.ts'
import { inByteOrder } from './in-byte-order.ts'
import { OperationFailure } from './rewrite-error.ts'

/** What renaming keys needs; the budget is that of one operation. */
export interface RenameTools {
  /** Told of each key that several become with different values; the last one of them, in the order of their bytes, wins. */
  readonly onCollision?: (key: string) => void
  readonly keyRenaming: KeyRenaming
  readonly budget: Budget
  readonly surroundings: Surroundings
}

/** Replaces what matches in every key (external-secrets.md 2.8). Throws OperationFailure, BudgetExceeded. */
export function renameByRegexp(
  { source, target }: { readonly source: string; readonly target: string },
  values: ReadonlyMap<string, SecretValue>,
  { keyRenaming, budget, onCollision }: RenameTools,
): ReadonlyMap<string, SecretValue> {
  try {
    return renamed(values, keyRenaming.regexp(source, target, budget), onCollision)
  } catch (thrown) {
    if (!(thrown instanceof ScopeError)) throw thrown
    throw new OperationFailure(`regexp failed with failed to compile: ${thrown.message}`, {
      remedy: 'write the expression in the syntax of RE2; it has no look-around and no back-references',
    })
  }
}

/** Computes every key by a template (external-secrets.md 2.8). Throws OperationFailure. */
export function renameByTemplate(
  { template }: { readonly template: string },
  values: ReadonlyMap<string, SecretValue>,
  { keyRenaming, budget, surroundings, onCollision }: RenameTools,
): ReadonlyMap<string, SecretValue> {
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
  const renameInTime: RenameKey = (key) => {
    if (budget.now() > endsAt)
      throw new OperationFailure(`transform takes longer than ${budget.wallTimeMs} ms for all keys together`)
    const executing = 'failed to execute template for key'
    return failing(`${executing} ${textOf(goQuote(byteTextOf(key)))}`, `${executing} ${quoteName(key)}`, () => rename(key))
  }
  return renamed(values, renameInTime, onCollision)
}

function renamed(
  values: ReadonlyMap<string, SecretValue>,
  rename: RenameKey,
  onCollision: RenameTools['onCollision'],
): ReadonlyMap<string, SecretValue> {
  const names = new Map<string, SecretValue>()
  for (const [key, value] of inByteOrder(values)) {
    const name = rename(key)
    // An empty key is left out, however many become it.
    if (name !== '' && names.get(name)?.equals(value) === false) onCollision?.(name)
    names.set(name, value)
  }
  return names
}

function templateFailure(error: TemplateError, what: string, shownWhat: string): OperationFailure {
  const { message, prefix = '', redacted, remedy } = error
  return new OperationFailure(`transform failed with ${what}: ${prefix}${message}`, {
    shown: `transform failed with ${shownWhat}: ${prefix}${redacted}`,
    ...(remedy !== undefined && { remedy }),
  })
}
