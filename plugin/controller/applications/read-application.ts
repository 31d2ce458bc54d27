import '../../api/jitless.ts'
import * as z from 'zod'
import type { ApplicationSource, ApplicationView, Operation } from './application-view.ts'

export const REFRESH_ANNOTATION = 'argocd.argoproj.io/refresh'
const SKIP_ANNOTATION = 'argocd.argoproj.io/skip-reconcile'

const text = z.string().catch('')
const source = z.object({ repoURL: text, path: text }).optional().catch(undefined)
const sources = z
  .array(z.object({ repoURL: text, path: text }))
  .optional()
  .catch(undefined)
const sync = z
  .object({
    revision: text,
    revisions: z.array(z.string()).catch([]),
    source,
    sources,
    autoHealAttemptsCount: z.number().catch(0),
  })
  .optional()
  .catch(undefined)

/** What we read of it (argo-cd v3.6, pkg/apis/application/v1alpha1/types.go); what is not there, or not as expected, counts as empty. */
const application = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    uid: text,
    annotations: z.record(z.string(), z.string()).catch({}),
  }),
  spec: z.object({
    project: text,
    destination: z.object({ namespace: text, name: text, server: text }).catch({ namespace: '', name: '', server: '' }),
    source,
    sources,
    sourceHydrator: z
      .object({ drySource: z.object({ repoURL: text }), syncSource: z.object({ path: text }) })
      .optional()
      .catch(undefined),
    syncPolicy: z
      .object({ automated: z.object({ selfHeal: z.boolean().catch(false), enabled: z.boolean().catch(true) }).optional() })
      .optional()
      .catch(undefined),
  }),
  operation: z.object({ sync }).optional().catch(undefined),
  status: z
    .object({
      sync: z
        .object({
          status: text,
          revision: text,
          revisions: z.array(z.string()).catch([]),
          comparedTo: z.object({ source, sources }).catch({}),
        })
        .optional()
        .catch(undefined),
      conditions: z.array(z.object({ type: text })).catch([]),
      operationState: z
        .object({ phase: text, startedAt: text, finishedAt: text, operation: z.object({ sync }).catch({}), syncResult: sync })
        .optional()
        .catch(undefined),
      resources: z.array(z.object({ group: text, kind: text, namespace: text, name: text, status: text })).catch([]),
      reconciledAt: text,
    })
    .optional()
    .catch(undefined),
})

type Raw = z.infer<typeof application>
type Syncing = z.infer<typeof sync>

/** `undefined` for what is no Application. */
export function readApplication(object: unknown): ApplicationView | undefined {
  const { data } = application.safeParse(object)
  if (!data) return undefined
  const { metadata, spec, status } = data
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    uid: metadata.uid,
    // Argo CD takes an empty one for this.
    project: spec.project === '' ? 'default' : spec.project,
    destination: spec.destination.namespace,
    cluster: { name: spec.destination.name, server: spec.destination.server },
    sources: sourcesOf(data),
    revisions: revisionsOf(data),
    syncStatus: status?.sync?.status ?? '',
    syncs: syncsOf(spec.syncPolicy?.automated),
    isSkipped: metadata.annotations[SKIP_ANNOTATION] === 'true',
    isRefreshing: metadata.annotations[REFRESH_ANNOTATION] !== undefined,
    hasComparisonError: status?.conditions.some(({ type }) => type === 'ComparisonError') ?? false,
    operation: operationOf(data),
    outOfSync: (status?.resources ?? [])
      .filter((resource) => resource.status === 'OutOfSync')
      .map(({ group, kind, namespace, name }) => ({ group, kind, namespace, name })),
    reconciledAt: status?.reconciledAt ?? '',
  }
}

function syncsOf(automated: { readonly selfHeal: boolean; readonly enabled: boolean } | undefined): ApplicationView['syncs'] {
  if (!automated?.enabled) return 'by-hand'
  return automated.selfHeal ? 'always' : 'new-revisions'
}

function operationOf({ operation, status }: Raw): Operation {
  const state = status?.operationState
  const finishedAtMs = Date.parse(state?.finishedAt ?? '')
  return {
    phase: operation ? 'Running' : (state?.phase ?? ''),
    startedAt: state?.startedAt ?? '',
    finishedAtMs: Number.isNaN(finishedAtMs) ? undefined : finishedAtMs,
    heals: state?.operation.sync?.autoHealAttemptsCount ?? 0,
  }
}

function syncings({ operation, status }: Raw): readonly Syncing[] {
  const { operationState } = status ?? {}
  return [operation?.sync, operationState?.operation.sync, operationState?.syncResult]
}

function sourcesOf(data: Raw): readonly ApplicationSource[] {
  const { spec, status } = data
  const dry = spec.sourceHydrator
  const all = [
    spec,
    status?.sync?.comparedTo,
    dry && { source: { repoURL: dry.drySource.repoURL, path: dry.syncSource.path }, sources: undefined },
    ...syncings(data),
  ]
  return all
    .flatMap((one) => [...(one?.source ? [one.source] : []), ...(one?.sources ?? [])])
    .map(({ repoURL, path }) => ({
      repoUrl: repoURL,
      path,
    }))
}

function revisionsOf(data: Raw): ReadonlySet<string> {
  const all = [data.status?.sync, ...syncings(data)].flatMap((one) => (one ? [one.revision, ...one.revisions] : []))
  return new Set(all.filter((revision) => revision !== ''))
}
