import { templateEngineOf } from '../../../api/annotations.ts'
import type { ExternalSecretSpec, GeneratorRef } from '../../../api/external-secret.ts'
import { entriesOf } from '../../../expansion/entry.ts'
import { randomnessOf } from '../../../expansion/randomness.ts'
import { renamesKeys } from '../../../expansion/renames-keys.ts'
import { isKubeError } from '../../../kube/kube-error.ts'
import { asSecretError } from '../../../model/secret-error.ts'
import { conditionOf } from '../../conditions.ts'
import type { MadeState } from '../../generators/generator-states.ts'
import type { Due, PassStep, ValuesRead } from '../pass-state.ts'
import type { PassTools } from '../pass-tools.ts'
import { problemText } from '../problem-text.ts'
import { readValues, type ValueSources, type ValueTools } from '../read-values.ts'
import { refreshInput } from '../refresh-input.ts'
import { SyncFailure } from '../sync-failure.ts'
import { storeRefsOf } from './check-classes.ts'

/** How old a value may be at most that another object had read, when a turn has come: so much, or a tenth of the interval. */
const OLDEST_AT_A_TURN_MS = 2_000
/** The same when the Secret was edited or deleted. */
const OLDEST_FOR_REPAIR_MS = 10_000

/** Reads at the provider (external-secrets.md 3). Throws SyncFailure `fetch`. */
export const fetchValues: PassStep<Due, ValuesRead> = async (state, tools, signal) => {
  const { input, targetKey } = state
  const notBeforeMs = notBefore(state, tools)
  const fresh = { keys: keysOf(state), notBeforeMs, ...credentialsOf(state) }
  const generators = await tools.generators.sourceFor(generatorRefsOf(input.resource.spec), targetKey.namespace)
  if (generators.hasForeign) return { end: { kind: 'ignored' } }
  const stores = await tools.stores.sourceFor(storeRefsOf(input.resource), targetKey.namespace, fresh)
  const onMade: ValueSources['onMade'] = (made, isWhole) => keepMade(state, tools, { made, isWhole }, signal)
  const read = await readValues(input, { stores, generators, onMade }, await valueTools(state, tools), signal)
  const values = { ...read, readAfterMs: notBeforeMs }
  tools.noteRead(values)
  for (const place of values.absent)
    tools.note({ type: 'Normal', reason: 'MissingProviderSecret', message: `secret does not exist at provider using ${place}` })
  return { state: { ...state, values } }
}

/** Throws SyncFailure `fetch`: what was made would be forgotten. */
async function keepMade(
  { object }: Due,
  { states }: PassTools,
  { made, isWhole }: { readonly made: readonly MadeState[]; readonly isWhole: boolean },
  signal: AbortSignal,
): Promise<void> {
  if (!isWhole) return states.takeBack(object, made, signal)
  try {
    await states.keep(object, made, signal)
  } catch (thrown) {
    if (!isKubeError(thrown)) throw thrown
    throw new SyncFailure('fetch', `could not keep what a generator made as a GeneratorState: ${thrown.reason}`)
  }
}

/** Of entries that ask one: beside an extract or a find it has no effect (external-secrets.md 2.7). */
function generatorRefsOf({ dataFrom = [] }: ExternalSecretSpec): readonly GeneratorRef[] {
  return dataFrom.flatMap(({ extract, find, sourceRef }) => (extract || find ? [] : (sourceRef?.generatorRef ?? [])))
}

/** No value that was read earlier is an answer; milliseconds since the epoch. */
function notBefore({ input, object, reason, now }: Due, tools: PassTools): number {
  const { intervalMs, syncedVersion, currentVersion } = refreshInput(object, input.resource.spec, tools, now)
  // Somebody has just made or changed the object, perhaps to have its values read anew.
  if (syncedVersion !== currentVersion || reason === 'ClockWentBack') return tools.noticedAt(object)
  const changedAt = tools.notices.changedAt(object.metadata)
  if (changedAt !== undefined) return changedAt
  return now - (reason === 'IntervalElapsed' ? Math.min(OLDEST_AT_A_TURN_MS, intervalMs / 10) : OLDEST_FOR_REPAIR_MS)
}

/** One that has failed may have done so by credentials that were another's a moment later; all that try again at once share a look. */
const OLDEST_AFTER_FAILURE_MS = 1_000

function credentialsOf({ object, now }: Due): { readonly credentialsNotBeforeMs?: number } {
  const hasFailed = conditionOf(object.status?.conditions, 'Ready')?.status === 'False'
  return hasFailed ? { credentialsNotBeforeMs: now - OLDEST_AFTER_FAILURE_MS } : {}
}

function keysOf({ input }: Due): readonly string[] {
  try {
    return entriesOf(input.resource.spec).flatMap(({ ref }) => (ref ? [ref.key] : []))
  } catch (thrown) {
    throw new SyncFailure('fetch', problemText([asSecretError(thrown)]))
  }
}

async function valueTools({ input }: Due, { templating }: PassTools): Promise<ValueTools> {
  const withNewKeys = input.resource.spec.dataFrom?.some(({ rewrite }) => renamesKeys(rewrite)) ?? false
  const language = templateEngineOf(input.resource)
  return {
    engines: withNewKeys ? { [language]: await templating.engine(language) } : {},
    keyRenaming: withNewKeys ? await templating.keyRenaming() : undefined,
    budget: templating.budget,
    surroundingsOf: randomnessOf(input, templating).surroundingsOf,
  }
}
