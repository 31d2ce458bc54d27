import { BudgetExceeded } from '../../templates/meter.ts'
import type { KeyRenaming } from '../../templates/scopes/key-renaming.ts'
import type { DataFromEntry } from '../api/external-secret.ts'
import type { SecretValue } from '../model/secret-value.ts'
import { OperationFailure, RewriteError } from './rewrite-error.ts'
import { type RenameTools, renameByRegexp, renameByTemplate } from './rewrite-keys.ts'
import { mergeValues } from './rewrite-merge.ts'

/** One item of `spec.dataFrom[].rewrite`. */
export type RewriteOperation = NonNullable<DataFromEntry['rewrite']>[number]

export interface RewriteTools extends Omit<RenameTools, 'keyRenaming' | 'onCollision'> {
  /** Told of each key that several become with different values, by the number of the operation. */
  readonly onCollision?: (operation: number, key: string) => void
  /** Only there when an ExternalSecret of the render renames keys. */
  readonly keyRenaming: KeyRenaming | undefined
}

/**
 * Applies the operations one after the other (external-secrets.md 2.8). Of an operation that names several the merge is done, else the
 * regexp, else the transform. Keys are taken in the order of their bytes, so that of two that become one always the same wins.
 * Undefined where {@link mergeValues} is. Throws RewriteError.
 */
export function rewrite(
  operations: readonly RewriteOperation[],
  values: ReadonlyMap<string, SecretValue>,
  tools: RewriteTools,
): ReadonlyMap<string, SecretValue> | undefined {
  return operations.reduce<ReadonlyMap<string, SecretValue> | undefined>((current, operation, index) => {
    try {
      return apply(operation, index, current ?? new Map(), tools)
    } catch (thrown) {
      throw rewriteError(thrown, index)
    }
  }, values)
}

/** Throws what is no failure of an operation. */
function rewriteError(thrown: unknown, index: number): RewriteError {
  if (thrown instanceof OperationFailure) return new RewriteError(index, thrown)
  if (thrown instanceof BudgetExceeded) return new RewriteError(index, new OperationFailure(thrown.message))
  throw thrown
}

/** Why an operation cannot be done whatever the values are; undefined where they decide. No template is run. */
export function unreadableOperation(operation: RewriteOperation, index: number, tools: RewriteTools): RewriteError | undefined {
  const { merge } = operation
  const isDoubtful = merge ? merge.strategy === 'JSON' && !merge.into : (operation.regexp ?? operation.transform)
  if (!isDoubtful) return undefined
  try {
    apply(merge ? { merge: { ...merge, priority: [] } } : operation, index, new Map(), tools)
    return undefined
  } catch (thrown) {
    return rewriteError(thrown, index)
  }
}

function apply(
  { merge, regexp, transform }: RewriteOperation,
  index: number,
  values: ReadonlyMap<string, SecretValue>,
  tools: RewriteTools,
): ReadonlyMap<string, SecretValue> | undefined {
  if (merge) return mergeValues(merge, values)
  if (regexp) return renameByRegexp(regexp, values, renaming(tools, index))
  return transform ? renameByTemplate(transform, values, renaming(tools, index)) : values
}

function renaming({ keyRenaming, onCollision, ...tools }: RewriteTools, index: number): RenameTools {
  if (!keyRenaming) throw new TypeError('keys are renamed without what renames them')
  return { ...tools, keyRenaming, ...(onCollision && { onCollision: (key: string) => onCollision(index, key) }) }
}
