import { encodedData } from '../../expansion/secret-manifest.ts'
import type { SecretValue } from '../../model/secret-value.ts'
import { dataHash } from '../../refresh/object-hash.ts'
import { CREATED_BY_LABEL, createdBy, DATA_HASH_ANNOTATION, fieldManagerOf, MANAGED_LABEL } from './markers.ts'
import { ownedFields } from './owned-fields.ts'
import { type SecretObject, secretBytes } from './secret-object.ts'
import { takeOwnership } from './take-ownership.ts'

/** What the Secret is made from. */
export interface Mutation {
  /** The live Secret, with its managedFields; undefined when there is none. */
  readonly existing: SecretObject | undefined
  readonly externalSecret: { readonly name: string; readonly namespace: string; readonly uid: string }
  readonly targetName: string
  readonly creationPolicy: string
  readonly immutable: boolean
  /** Undefined where nothing may be rewritten: an existing Secret of an immutable target (external-secrets.md 4.10). */
  readonly content: MutationContent | undefined
}

/** Values, and what template and ExternalSecret say of metadata. */
export interface MutationContent {
  readonly data: ReadonlyMap<string, SecretValue>
  readonly labels: ReadonlyMap<string, string>
  readonly annotations: ReadonlyMap<string, string>
  readonly finalizers: readonly string[]
  readonly type?: string
}

/**
 * The Secret as it is to be written (external-secrets.md 4.7). Pure. Throws SyncFailure when it belongs to somebody else.
 * An existing Secret keeps everything that is not said otherwise.
 */
export function mutateSecret(mutation: Mutation): SecretObject {
  const { existing, externalSecret, targetName, creationPolicy, immutable, content } = mutation
  const base: SecretObject = existing ?? {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: targetName, namespace: externalSecret.namespace },
  }
  const filled = content ? withContent(base, content, mutation) : base
  const { managedFields: _, ownerReferences: __, ...metadata } = filled.metadata
  const ownerReferences = takeOwnership(base, { ...externalSecret, creationPolicy })
  const { [CREATED_BY_LABEL]: ___, ...labels } = filled.metadata.labels ?? {}
  return {
    ...filled,
    ...(immutable && { immutable: true }),
    metadata: {
      ...metadata,
      ...(ownerReferences.length > 0 && { ownerReferences }),
      labels: {
        ...labels,
        ...(creationPolicy === 'Owner' && { [CREATED_BY_LABEL]: createdBy(externalSecret.namespace, externalSecret.name) }),
        [MANAGED_LABEL]: 'true',
      },
      annotations: { ...filled.metadata.annotations, [DATA_HASH_ANNOTATION]: dataHash(secretBytes(filled)) },
    },
  }
}

function withContent(base: SecretObject, content: MutationContent, { externalSecret, creationPolicy }: Mutation): SecretObject {
  const owned = ownedFields(base.metadata.managedFields, fieldManagerOf(externalSecret.name))
  const mergesData = creationPolicy === 'Merge' || creationPolicy === 'CreateOrMerge'
  const { metadata } = base
  const isGoing = metadata.deletionTimestamp !== undefined
  const finalizers = isGoing ? metadata.finalizers : [...new Set([...(metadata.finalizers ?? []), ...content.finalizers])]
  return {
    ...base,
    metadata: {
      ...metadata,
      ...(finalizers && finalizers.length > 0 && { finalizers }),
      labels: { ...without(metadata.labels, owned.labels), ...Object.fromEntries(content.labels) },
      annotations: { ...without(metadata.annotations, owned.annotations), ...Object.fromEntries(content.annotations) },
    },
    data: { ...(mergesData ? without(base.data, owned.data) : {}), ...encodedData(content.data) },
    ...(content.type !== undefined && { type: content.type }),
  }
}

type Texts = Readonly<Record<string, string>>

function without(texts: Texts | undefined, names: ReadonlySet<string>): Texts {
  return Object.fromEntries(Object.entries(texts ?? {}).filter(([name]) => !names.has(name)))
}
