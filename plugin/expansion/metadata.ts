import { OWN_PREFIX } from '../api/annotations.ts'
import type { ExternalSecret } from '../api/external-secret.ts'

/** Metadata of a produced Secret, before templates. */
export interface Metadata {
  readonly labels: ReadonlyMap<string, string>
  readonly annotations: ReadonlyMap<string, string>
  /** Only a template has any: the ExternalSecret's own keep the ExternalSecret (external-secrets.md 2.3). */
  readonly finalizers: readonly string[]
}

const ARGOCD_PREFIX = 'argocd.argoproj.io/'
/** What other programs wrote about the ExternalSecret itself would be untrue of the Secret (R8). */
const NEVER_COPIED = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  `${ARGOCD_PREFIX}tracking-id`,
  `${ARGOCD_PREFIX}installation-id`,
])

/**
 * Without `template.metadata` the ExternalSecret's own labels and annotations; with it the template's, plus the ExternalSecret's
 * `argocd.argoproj.io/*` (sync waves, sync options, hooks) unless the template sets them (R8).
 */
export function metadataOf(resource: ExternalSecret): Metadata {
  const labels = copied(resource.metadata.labels)
  const annotations = copied(resource.metadata.annotations)
  const template = resource.spec.target?.template?.metadata
  if (!template) return { labels, annotations, finalizers: [] }
  return {
    labels: new Map([...ofArgoCd(labels), ...Object.entries(template.labels ?? {})]),
    annotations: new Map([...ofArgoCd(annotations), ...Object.entries(template.annotations ?? {})]),
    finalizers: [...new Set(template.finalizers)],
  }
}

function copied(entries: Readonly<Record<string, string>> | undefined): Map<string, string> {
  return new Map(Object.entries(entries ?? {}).filter(([name]) => !NEVER_COPIED.has(name) && !name.startsWith(OWN_PREFIX)))
}

function ofArgoCd(entries: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  return [...entries].filter(([name]) => name.startsWith(ARGOCD_PREFIX))
}
