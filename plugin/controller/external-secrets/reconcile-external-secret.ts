import { isKubeError } from '../../kube/kube-error.ts'
import { secondsSince } from '../../model/change-start.ts'
import type { Clock } from '../../model/clock.ts'
import { asSecretError } from '../../model/secret-error.ts'
import { nextRefreshAt } from '../../refresh/next-refresh.ts'
import type { Outcome as NextPass } from '../queue/pass.ts'
import type { ExternalSecretObject } from './external-secret-object.ts'
import { externalSecretSteps } from './external-secret-steps.ts'
import { makesAnotherKind } from './generic-object.ts'
import { genericTargetSteps } from './generic-target-steps.ts'
import type { EventText, Outcome } from './outcome.ts'
import type { PassTools } from './pass-tools.ts'
import { problemText } from './problem-text.ts'
import { readSpecOf } from './read-spec-of.ts'
import type { Values } from './read-values.ts'
import { refreshInput } from './refresh-input.ts'
import { FAILURES, SyncFailure } from './sync-failure.ts'
import { type PassReport, type TellTools, tellOutcome } from './tell-outcome.ts'

export interface ReconcileTools
  extends Omit<PassTools, 'note' | 'noteRead'>,
    Omit<TellTools, 'client' | 'wrote' | 'statusEveryRefresh'> {
  readonly clock: Clock
}

/**
 * One pass over an ExternalSecret, told to the world, and when the next one is due. Rejects with the signal's reason once it is aborted: then nothing is
 * said about the object.
 */
export async function reconcileExternalSecret(
  object: ExternalSecretObject,
  tools: ReconcileTools,
  signal: AbortSignal,
): Promise<NextPass> {
  const { clock } = tools
  const startedAt = clock.monotonic()
  const now = clock.now()
  const started = tools.notices.startedAt(object.metadata)
  const events: EventText[] = []
  let latest = object
  let values: Values | undefined
  const passTools: PassTools = {
    ...tools,
    note: (event) => events.push(event),
    noteRead(read) {
      values = read
    },
    wrote(written) {
      latest = written
      tools.wrote(written)
    },
  }
  const result = await runSteps({ object, now }, passTools, signal)
  if (result === 'conflict') return { next: 'retry' }
  await remember(object, result, values, now, tools)
  const seconds = (clock.monotonic() - startedAt) / 1_000
  if (started && hasWritten(result)) tools.metrics.propagated?.(started.from, secondsSince(started, clock.now()))
  const targetName = boundName(object)
  const telling = { ...tools, statusEveryRefresh: tools.settings.statusEveryRefresh }
  const isTold = await tellOutcome({ object: latest, result, events, targetName, now, seconds }, telling, signal)
  return isTold ? nextPass(latest, result, tools) : { next: 'retry' }
}

type Result = PassReport['result']

/** What `status.binding` names: with None there is no Secret of ours (external-secrets.md 4.14). */
function boundName(object: ExternalSecretObject): string | undefined {
  const target = readSpecOf(object).value?.spec.target
  return target?.creationPolicy === 'None' ? undefined : (target?.name ?? object.metadata.name)
}

function hasWritten(result: Result): boolean {
  return 'outcome' in result && result.outcome.kind === 'done' && result.outcome.wrote
}

/** What is known of the object beyond its status: for the next pass, and for detectors. */
async function remember(
  object: ExternalSecretObject,
  result: Result,
  values: Values | undefined,
  now: number,
  { memory, notices }: ReconcileTools,
): Promise<void> {
  const { metadata } = object
  const { uid = '' } = metadata
  memory.noteFailure(uid, 'failure' in result ? result.failure.message : undefined)
  if ('failure' in result) return
  const { kind } = result.outcome
  if (kind === 'done') memory.set(uid, { ...memory.get(uid), checkedAt: now, ...(values && { held: heldTexts(values) }) })
  const isNew = kind === 'done' ? values !== undefined : kind === 'notDue' && !notices.watches(metadata)
  const resource = isNew ? readSpecOf(object).value : undefined
  if (resource) await notices.holds(metadata, resource, values)
}

function heldTexts({ held }: Values): readonly string[] {
  return held.flatMap(({ ref, version = '' }) => [ref.key, version])
}

async function runSteps(
  started: { readonly object: ExternalSecretObject; readonly now: number },
  tools: PassTools,
  signal: AbortSignal,
): Promise<Result | 'conflict'> {
  let step = ''
  try {
    const steps = makesAnotherKind(started.object) ? genericTargetSteps : externalSecretSteps
    const result = await steps.run(started, tools, signal, (name) => {
      step = name
    })
    return { outcome: 'end' in result ? result.end : NOTHING_LEFT }
  } catch (thrown) {
    signal.throwIfAborted()
    // The object is another one by now, or another process leads.
    if (isKubeError(thrown, 'Conflict', 'LeaseLost')) return 'conflict'
    return { failure: failureOf(thrown), step }
  }
}

/** The last step ends every pass. */
const NOTHING_LEFT: Outcome = { kind: 'notDue', reason: 'UpToDate' }

/** What the API server refused is about writing, whatever was read for it. */
function failureOf(thrown: unknown): SyncFailure {
  if (thrown instanceof SyncFailure) return thrown
  if (isKubeError(thrown)) return new SyncFailure('update', thrown.message, thrown.retryAfterMs)
  return new SyncFailure('update', problemText([asSecretError(thrown)]))
}

function nextPass(object: ExternalSecretObject, result: Result, tools: ReconcileTools): NextPass {
  if ('failure' in result) {
    const { failure, retryAfterMs } = result.failure
    return FAILURES[failure].retry ? { next: 'retry', atLeastMs: retryAfterMs } : { next: 'none' }
  }
  const { value } = readSpecOf(object)
  const { kind } = result.outcome
  if (!value || kind === 'deleted' || kind === 'ignored') return { next: 'none' }
  const now = tools.clock.now()
  const facts = refreshInput(object, value.spec, tools, now)
  const at = nextRefreshAt({ ...facts, lastRefreshAt: facts.lastRefreshAt ?? now })
  return at === undefined ? { next: 'none' } : { next: 'after', ms: Math.max(0, at - now) }
}
