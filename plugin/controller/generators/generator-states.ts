import type { GeneratorRef } from '../../api/external-secret.ts'
import { GENERATORS_API_VERSION } from '../../api/generator.ts'
import type { KubeClient } from '../../kube/kube-client.ts'
import type { KubeObject } from '../../kube/kube-object.ts'
import { listPages } from '../../kube/list-pages.ts'
import type { Clock } from '../../model/clock.ts'
import { failureFields } from '../../model/failure-fields.ts'
import type { Logger } from '../../model/logger.ts'
import { GENERATOR_STATES, type GeneratorStateObject, ownerLabel, STATE_FINALIZER, stateName } from './generator-state-object.ts'
import { type Made, revokeSnapshot } from './revoke-snapshot.ts'
import type { UsableGeneratorsOptions } from './usable-generators.ts'

/** What an entry of an ExternalSecret had made that lasts. */
export interface MadeState extends Made {
  readonly ref: GeneratorRef
  /** Of the entry in `spec.dataFrom`. */
  readonly index: number
}

export interface GeneratorStatesTools extends Pick<UsableGeneratorsOptions, 'known' | 'tools' | 'objects'> {
  readonly client: Pick<KubeClient, 'list' | 'create' | 'patch'>
  readonly clock: Pick<Clock, 'now'>
  readonly logger: Logger
}

/** ESO's `--generator-gc-grace-period` (external-secrets.md 4.17). */
const GRACE_MS = 120_000
const MANAGER = 'external-secrets'
const NAME_BYTES = 4

/**
 * What generators made that has to be taken back some day, kept as GeneratorStates (external-secrets.md 6.4): the newest of an entry and the one before
 * it are in use, older ones have a deadline.
 */
export class GeneratorStates {
  readonly #tools: GeneratorStatesTools

  constructor(tools: GeneratorStatesTools) {
    this.#tools = tools
  }

  /** After a pass that has read all of its values. Rejects with KubeError; what it could not keep is taken back then. */
  async keep(owner: KubeObject, made: readonly MadeState[], signal: AbortSignal): Promise<void> {
    const kept = new Set<MadeState>()
    try {
      for (const one of made) {
        const before = await this.#statesOf(owner, one, signal)
        await this.#create(owner, one, undefined, signal)
        kept.add(one)
        await this.#retire(before.slice(0, -1), signal)
      }
    } catch (thrown) {
      await this.takeBack(
        owner,
        made.filter((one) => !kept.has(one)),
        signal,
      )
      throw thrown
    }
  }

  /** After a pass that failed. What cannot be taken back now is kept with a deadline that is over. Never throws. */
  async takeBack(owner: KubeObject, made: readonly MadeState[], signal: AbortSignal): Promise<void> {
    const { logger, clock } = this.#tools
    for (const one of made) {
      try {
        await revokeSnapshot(one, this.#tools, signal)
      } catch (thrown) {
        const fields = { generator: one.ref.name, ...failureFields(thrown) }
        logger.warn('what a generator made could not be taken back, and is tried again', fields)
        await this.#create(owner, one, clock.now(), signal).catch(() =>
          logger.warn('what a generator made stays: there is no GeneratorState for it', { generator: one.ref.name }),
        )
      }
    }
  }

  /** Oldest first. */
  async #statesOf(
    owner: KubeObject,
    { index, namespace }: MadeState,
    signal: AbortSignal,
  ): Promise<readonly GeneratorStateObject[]> {
    const [name, value] = ownerLabel(namespace, owner.metadata.name, index)
    const options = { namespace, labelSelector: `${name}=${value}`, signal }
    const states: GeneratorStateObject[] = []
    for await (const page of listPages<GeneratorStateObject>(this.#tools.client, GENERATOR_STATES, options)) states.push(...page)
    return states.toSorted((one, other) => (ageKey(one) < ageKey(other) ? -1 : 1))
  }

  async #retire(states: readonly GeneratorStateObject[], signal: AbortSignal): Promise<void> {
    const body = { spec: { garbageCollectionDeadline: timeText(this.#tools.clock.now() + GRACE_MS) } }
    for (const { metadata, spec } of states) {
      if (spec?.garbageCollectionDeadline !== undefined) continue
      await this.#tools.client.patch(GENERATOR_STATES, metadata, { type: 'merge', body }, { fieldManager: MANAGER, signal })
    }
  }

  async #create(owner: KubeObject, one: MadeState, deadlineMs: number | undefined, signal: AbortSignal): Promise<void> {
    const { uid = '', name } = owner.metadata
    const object: GeneratorStateObject = {
      apiVersion: GENERATORS_API_VERSION,
      kind: GENERATOR_STATES.kind,
      metadata: {
        name: stateName(one.ref, this.#tools.tools.random.bytes(NAME_BYTES)),
        namespace: one.namespace,
        labels: Object.fromEntries([ownerLabel(one.namespace, name, one.index)]),
        // With it the API server waits for us before the object goes, whoever deletes it.
        finalizers: [STATE_FINALIZER],
        ownerReferences: [{ apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret', name, uid, controller: true }],
      },
      spec: {
        resource: one.resource,
        state: one.state,
        ...(deadlineMs !== undefined && { garbageCollectionDeadline: timeText(deadlineMs) }),
      },
    }
    await this.#tools.client.create(GENERATOR_STATES, object, { fieldManager: MANAGER, signal })
  }
}

/** The API server's times have whole seconds. */
function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

function ageKey({ metadata: { creationTimestamp = '', name } }: GeneratorStateObject): string {
  return `${creationTimestamp} ${name}`
}
