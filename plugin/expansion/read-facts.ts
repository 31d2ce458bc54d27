import type { ReadFact } from '../model/read-fact.ts'
import type { Steps } from '../model/turns.ts'
import type { ExternalSecretInput } from './external-secret-input.ts'
import type { StoreReads } from './fetch.ts'
import { type Plan, type PlannedEntry, refId } from './plan.ts'
import { refsRead } from './refs-read.ts'

const HOOK = 'argocd.argoproj.io/hook'

/**
 * What was read, for the audit and for whoever notices changes: each reference of an ExternalSecret that its store had, or said that there is no such
 * secret, once. A step an ExternalSecret.
 */
export function* readFactSteps(plan: Plan, reads: ReadonlyMap<string, StoreReads>): Steps<readonly ReadFact[]> {
  const facts: ReadFact[] = []
  for (const [input, entries] of plan.wanted) {
    for (const fact of factsOf(input, entries, plan, reads)) facts.push(fact)
    yield
  }
  return facts
}

function factsOf(
  input: ExternalSecretInput,
  entries: readonly PlannedEntry[],
  { stores }: Plan,
  reads: ReadonlyMap<string, StoreReads>,
): readonly ReadFact[] {
  const read = entries.flatMap((entry) => {
    if (entry.generatorRef) return []
    const before = (entry.passedOver ?? []).map(({ identity, read: ref }) => ({ identity, ref }))
    return [...before, ...refsRead(entry, reads).map((ref) => ({ identity: entry.identity, ref }))]
  })
  const distinct = new Map(read.map((one) => [JSON.stringify([one.identity, refId(one.ref)]), one]))
  return [...distinct.values()].flatMap(({ identity, ref }): readonly ReadFact[] => {
    const store = reads.get(identity)
    const outcome = store?.ok ? store.outcomes.get(refId(ref)) : undefined
    if (!store?.ok || !outcome || (!outcome.ok && outcome.error.kind !== 'NotFound')) return []
    const found = stores.get(identity)?.store
    return [
      {
        externalSecret: nameOf(input),
        store: found?.name ?? identity,
        provider: store.provider.id,
        key: ref.key,
        keyPrefix: found?.keyPrefix ?? '',
        requestedVersion: ref.version ?? '',
        part: ref.part,
        version: outcome.ok ? outcome.secret.version : undefined,
        refreshInterval: input.resource.spec.refreshInterval ?? '',
        isHook: isHook(input),
        stale: outcome.ok && outcome.secret.stale === true,
      },
    ]
  })
}

function nameOf({ namespace, resource }: ExternalSecretInput): string {
  return `${namespace}/${resource.metadata.name}`
}

/** `Skip` is no hook: the object is left out of syncs (Argo CD, resource hooks). */
function isHook({ resource }: ExternalSecretInput): boolean {
  const { annotations = {} } = resource.metadata
  const template = resource.spec.target.template?.metadata?.annotations ?? {}
  const hook = template[HOOK] ?? annotations[HOOK]
  return hook !== undefined && hook !== 'Skip'
}
