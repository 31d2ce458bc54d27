import type { FieldPath } from '../model/field-path.ts'
import { type ClusterExternalSecret, clusterExternalSecretSchema } from './cluster-external-secret.ts'
import type { ExternalSecret } from './external-secret.ts'
import { isPlainObject, type PlainObject } from './plain-object.ts'
import { readExternalSecret } from './read-external-secret.ts'
import { readObject } from './read-object.ts'
import type { FieldProblem, Reading } from './reading.ts'
import { retiredVersion } from './retired-version.ts'

/** A ClusterExternalSecret, and the ExternalSecret that it puts into each namespace it selects; that one names no namespace. */
export interface ClusterExternalSecretReading {
  readonly resource: ClusterExternalSecret
  readonly child: ExternalSecret
}

const OWN = ['spec', 'externalSecretSpec'] as const
const FORCE_SYNC = 'external-secrets.io/force-sync'

/**
 * Reads a manifest's ClusterExternalSecret of v1 or v1beta1, and what it makes like any ExternalSecret (external-secrets.md 6.1). Of its own
 * annotations the child gets those that `isInherited` says, below its own. Never throws, whatever the value is.
 */
export function readClusterExternalSecret(
  value: unknown,
  isInherited: (annotation: string) => boolean,
): Reading<ClusterExternalSecretReading> {
  const retired = retiredVersion(value)
  if (retired) return { problems: [retired], warnings: [] }
  const own = readObject(clusterExternalSecretSchema, value)
  if (!own.value || !isPlainObject(value)) return { problems: own.problems, warnings: own.warnings }

  const resource: ClusterExternalSecret = own.value
  const child = readExternalSecret(childOf(resource, value, isInherited))
  const problems = child.problems.map(atOwnPath)
  // What the schema says of the child's spec, the child says again, and more.
  const warnings = [...own.warnings.filter(({ path }) => !isOfChild(path)), ...child.warnings.map(atOwnPath)]
  return { ...(child.value && { value: { resource, child: child.value } }), problems, warnings }
}

function childOf(
  { apiVersion, metadata, spec }: ClusterExternalSecret,
  value: PlainObject,
  isInherited: (name: string) => boolean,
): PlainObject {
  const { labels, annotations } = spec.externalSecretMetadata ?? {}
  const inherited = Object.entries(metadata.annotations ?? {}).filter(([name]) => name === FORCE_SYNC || isInherited(name))
  const written = isPlainObject(value['spec']) ? value['spec']['externalSecretSpec'] : undefined
  return {
    apiVersion,
    kind: 'ExternalSecret',
    metadata: {
      name: spec.externalSecretName ?? metadata.name,
      ...(labels && { labels }),
      annotations: { ...Object.fromEntries(inherited), ...annotations },
    },
    spec: written,
  }
}

function isOfChild(path: FieldPath): boolean {
  return OWN.every((part, index) => path[index] === part)
}

function atOwnPath(problem: FieldProblem): FieldProblem {
  return { ...problem, path: ownPath(problem.path) }
}

/** Where a field of the ExternalSecret stands in the ClusterExternalSecret that makes it. */
export function ownPath([root, ...rest]: FieldPath): FieldPath {
  if (root === 'spec') return [...OWN, ...rest]
  if (root === 'metadata' && (rest[0] === 'labels' || rest[0] === 'annotations'))
    return ['spec', 'externalSecretMetadata', ...rest]
  return root === undefined ? [] : [root, ...rest]
}
