import { type RewriteOperation, rewrite } from '../../plugin/expansion/rewrite.ts'
import { RewriteError } from '../../plugin/expansion/rewrite-error.ts'
import { SecretError } from '../../plugin/model/secret-error.ts'
import type { Budget } from '../../templates/engine.ts'
import { goKeyRenaming } from '../../templates/scopes/go-key-renaming.ts'
import { encodedMap, secretMapFrom } from './encoding.ts'

const BUDGET: Budget = {
  steps: 10_000_000,
  depth: 100,
  outputBytes: 16 * 1024 * 1024,
  wallTimeMs: 10_000,
  heavyCalls: 10,
  now: () => performance.now(),
}

/** `rewriteMap`: the messages are ESO's own, which users do not see where they quote a value. */
export function rewriteMap(input: Readonly<Record<string, unknown>>): unknown {
  try {
    const values = rewrite(operationsFrom(input.operations), secretMapFrom(input.in), {
      keyRenaming: goKeyRenaming,
      budget: BUDGET,
      surroundings: { random: () => ({ bytes: (count) => new Uint8Array(count) }), now: () => 0, localZone: 'UTC' },
    })
    return values ? encodedMap(values) : null
  } catch (thrown) {
    if (thrown instanceof RewriteError) throw new SecretError('InvalidSpec', thrown.message)
    throw thrown
  }
}

/** As ESO's API has them, not as our schema fills them up: an operation may be unknown here. */
function operationsFrom(value: unknown): readonly RewriteOperation[] {
  if (!Array.isArray(value)) throw new TypeError('operations is not a list')
  return value as readonly RewriteOperation[]
}
