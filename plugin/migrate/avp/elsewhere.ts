import type { FieldPath } from '../../model/field-path.ts'
import type { ManifestObject, ManifestValue } from '../../stream/manifest-document.ts'
import type { Obstacle } from '../obstacle.ts'
import { splitPlaceholders } from './placeholder.ts'

const POD_OWNERS = new Set(['CronJob', 'DaemonSet', 'Deployment', 'Job', 'Pod', 'ReplicaSet', 'Rollout', 'StatefulSet'])

/** A placeholder in anything but a core Secret: an ExternalSecret makes Secrets, so the value moves, or stays in Git. */
export function obstacleElsewhere({ kind, value, path: place }: ManifestObject, path: FieldPath): Obstacle {
  if (place.length > 0) {
    return {
      obstacle: 'a placeholder in an item of a List, which is left as it is',
      remedy: 'write the item as a document of its own',
    }
  }
  return {
    obstacle: `a placeholder in a ${kind}, which an ExternalSecret cannot make`,
    remedy: remedyFor(kind, textAt(value, path), path),
  }
}

function remedyFor(kind: string, text: string, path: FieldPath): string {
  if (isChecksum(text)) {
    return 'remove it and annotate the workload with argocd-external-secrets.io/workload-checksum: enabled (docs/workloads.md)'
  }
  if (kind === 'ConfigMap') {
    return 'move the key into a Secret that an ExternalSecret makes, text around the value into target.template, and let pods read it by secretKeyRef, envFrom.secretRef or a volume'
  }
  if (kind === 'Kustomization') return 'leave the key out of the generator, and name an ExternalSecret in resources instead'
  if (POD_OWNERS.has(kind) && path.includes('env')) {
    return 'put the value into a Secret that an ExternalSecret makes, and read it by valueFrom.secretKeyRef'
  }
  if (POD_OWNERS.has(kind)) {
    return 'put the value into a Secret that an ExternalSecret makes, and let the pod read it by env or a volume; what is no secret belongs into the manifest'
  }
  return 'what is no secret belongs into the manifest; a secret belongs into a Secret that an ExternalSecret makes, and the object names that Secret if its kind can'
}

function isChecksum(text: string): boolean {
  return splitPlaceholders(text, 'all').some(
    (part) => typeof part !== 'string' && part.modifiers.some(({ name }) => name === 'sha256sum'),
  )
}

function textAt(value: ManifestValue, path: FieldPath): string {
  let item: ManifestValue | undefined = value
  for (const part of path) item = typeof item === 'object' && item !== null ? Reflect.get(item, part) : undefined
  return typeof item === 'string' ? item : ''
}
