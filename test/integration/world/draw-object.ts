import type { Draw } from './draw-operation.ts'
import { CLUSTER_STORE, KEYS, SHARED_TARGET, TEMPLATES, VAULT_STORE, WRITTEN_STORE } from './names.ts'
import type { WantedEntry, WantedObject, WantedSource, WantedStoreRef, WantedTarget, WantedTemplate } from './operation.ts'

const STORES: readonly WantedStoreRef[] = [
  { kind: 'SecretStore', name: VAULT_STORE },
  { kind: 'SecretStore', name: VAULT_STORE },
  { kind: 'ClusterSecretStore', name: CLUSTER_STORE },
  { kind: 'SecretStore', name: WRITTEN_STORE },
  { kind: 'SecretStore', name: 'nowhere' },
]

/**
 * An ExternalSecret. What several may make together is made so that they need not fight for it: nobody but one makes all of it, and keys are told apart
 * when the object is put.
 */
export function drawObject(draw: Draw): WantedObject {
  const isShared = draw.percent(25)
  const sources = isShared ? {} : drawSources(draw)
  return {
    labels: draw.percent(50) ? { [TEAM]: draw.of(['red', 'blue']) } : {},
    annotations: draw.percent(30) ? { [NOTE]: draw.of(['one', 'two']) } : {},
    spec: {
      refreshPolicy: draw.of(['Periodic', 'Periodic', 'Periodic', 'OnChange', 'CreatedOnce']),
      refreshInterval: draw.percent(12) ? '0s' : '5m',
      secretStoreRef: draw.of(STORES),
      target: drawTargetOf(draw, isShared),
      ...(('dataFrom' in sources ? draw.percent(60) : true) && { data: drawEntries(draw) }),
      ...sources,
    },
  }
}

const TEAM = 'team'
const NOTE = 'note'

function drawEntries(draw: Draw): readonly WantedEntry[] {
  return ['one', 'two'].slice(0, 1 + draw.below(2)).map((secretKey) => ({
    secretKey,
    remoteRef: { key: draw.of(KEYS), property: draw.percent(95) ? draw.of(['a', 'b']) : 'none' },
    ...drawSourceRef(draw),
  }))
}

function drawSources(draw: Draw): { readonly dataFrom?: readonly WantedSource[] } {
  if (draw.percent(50)) return {}
  const source = draw.percent(60)
    ? { extract: { key: draw.of(KEYS) } }
    : { find: { name: { regexp: draw.of(['^k', '^k[12]$', '^x']) } } }
  return { dataFrom: [{ ...source, ...drawSourceRef(draw) }] }
}

function drawSourceRef(draw: Draw): { readonly sourceRef?: { readonly storeRef: WantedStoreRef } } {
  return draw.percent(20) ? { sourceRef: { storeRef: draw.of(STORES) } } : {}
}

function drawTargetOf(draw: Draw, isShared: boolean): WantedTarget {
  const creationPolicy = isShared
    ? draw.of(['Owner', 'Merge', 'CreateOrMerge', 'None'] as const)
    : draw.of(['Owner', 'Owner', 'Owner', 'Orphan', 'Merge', 'CreateOrMerge', 'None'] as const)
  const template = draw.percent(50) ? drawTemplate(draw) : undefined
  return {
    ...(isShared ? { name: SHARED_TARGET } : draw.percent(20) && { name: RENAMED }),
    creationPolicy,
    deletionPolicy: draw.of(['Retain', 'Retain', 'Delete', 'Merge']),
    ...(!isShared && draw.percent(6) && { immutable: true }),
    ...(template && { template }),
  }
}

/** Stands for the object's own name with an ending. */
export const RENAMED = 'RENAMED'

function drawTemplate(draw: Draw): WantedTemplate {
  const metadata = draw.percent(40) && { metadata: { labels: { [TEAM]: draw.of(['green', 'grey']) } } }
  const mergePolicy = draw.percent(40) && { mergePolicy: draw.of(['Replace', 'Merge'] as const) }
  const data = draw.percent(40) && { data: { text: draw.of(['of {{ .one }}', 'fixed', '{{ .two }}']) } }
  const templateFrom = draw.percent(35) && { templateFrom: [{ configMap: { name: TEMPLATES, items: [{ key: 'file' }] } }] }
  return { ...metadata, ...mergePolicy, ...data, ...templateFrom }
}
