import type { OwnerReference } from '../../plugin/kube/kube-object.ts'

/**
 * What becomes of a Secret and of its ExternalSecret by creationPolicy and by what was there before (external-secrets.md 4.4, 4.6, 4.8 to 4.10): kept by
 * the steps over an API server in memory, and by the program over a real one.
 */
export type Before = 'missing' | 'present' | 'of another ExternalSecret' | 'of another controller' | 'immutable' | 'drifted'

/** A Secret that is there before: what it has beside its name. Undefined where there is none at first. */
export const secretBefore: Readonly<
  Record<Before, { readonly ownerReferences?: readonly OwnerReference[]; readonly immutable?: true } | undefined>
> = {
  missing: undefined,
  present: {},
  'of another ExternalSecret': { ownerReferences: [controlledBy('ExternalSecret', 'external-secrets.io/v1', 'other')] },
  'of another controller': { ownerReferences: [controlledBy('ConfigMap', 'v1', 'other')] },
  immutable: { immutable: true },
  // Made, written by a pass, and then edited.
  drifted: {},
}

function controlledBy(kind: string, apiVersion: string, name: string): OwnerReference {
  return { apiVersion, kind, name, uid: '00000000-0000-4000-8000-000000000000', controller: true }
}

/** What it holds before. */
export const KEPT = { own: 'x' }
/** What the provider has. */
export const FRESH = { password: 'one' }
/** What somebody makes of it once it is written. */
export const EDITED = { password: 'edited', more: 'x' }
export const WANTED = { data: [{ secretKey: 'password', remoteRef: { key: 'db' } }] }

export interface Then {
  readonly ready: string
  /** Undefined: there is no Secret. */
  readonly data: Readonly<Record<string, string>> | undefined
  readonly next: 'none' | 'after' | 'retry'
}

export const SYNCED = 'True SecretSynced: secret synced'
const failed = (message: string): string => `False SecretSyncedError: ${message}`
const synced = (data: Then['data']): Then => ({ ready: SYNCED, data, next: 'after' })
const refused = (message: string): Then => ({ ready: failed(message), data: KEPT, next: 'none' })
const OTHERS = refused('target is owned by another ExternalSecret')
export const IMMUTABLE = refused('could not update secret, target is immutable')

/** external-secrets.md 4.4, 4.8 to 4.10; a value that is there makes every deletionPolicy alike. */
export const policies: Readonly<Record<string, Readonly<Record<Before, Then>>>> = {
  Owner: {
    missing: synced(FRESH),
    present: synced(FRESH),
    'of another ExternalSecret': OTHERS,
    'of another controller': refused('failed to take ownership of target secret'),
    immutable: IMMUTABLE,
    drifted: synced(FRESH),
  },
  Orphan: {
    missing: synced(FRESH),
    present: synced(FRESH),
    'of another ExternalSecret': OTHERS,
    'of another controller': synced(FRESH),
    immutable: IMMUTABLE,
    drifted: synced(EDITED),
  },
  Merge: {
    missing: {
      ready: 'True SecretMissing: secret will not be created due to CreationPolicy=Merge',
      data: undefined,
      next: 'after',
    },
    present: synced({ ...KEPT, ...FRESH }),
    'of another ExternalSecret': OTHERS,
    'of another controller': synced({ ...KEPT, ...FRESH }),
    immutable: IMMUTABLE,
    drifted: synced({ ...FRESH, more: 'x' }),
  },
  CreateOrMerge: {
    missing: synced(FRESH),
    present: synced({ ...KEPT, ...FRESH }),
    'of another ExternalSecret': OTHERS,
    'of another controller': synced({ ...KEPT, ...FRESH }),
    immutable: IMMUTABLE,
    drifted: synced({ ...FRESH, more: 'x' }),
  },
  None: {
    missing: synced(undefined),
    present: synced(KEPT),
    'of another ExternalSecret': synced(KEPT),
    'of another controller': synced(KEPT),
    immutable: synced(KEPT),
    drifted: synced(EDITED),
  },
}

export const NOTHING_LEFT = { dataFrom: [{ extract: { key: 'all' } }] }
const RETAINED = 'True SecretSynced: secret retained due to DeletionPolicy=Retain'
const DELETED = 'True SecretDeleted: secret deleted due to DeletionPolicy=Delete'
export const CANNOT = failed('could not delete secret')

/** external-secrets.md 4.6: what there was before, and what is there once nothing comes back any more. */
export const emptyResults: readonly (readonly [string, string, 'missing' | 'made', string, Then['data']])[] = [
  ['Owner', 'Retain', 'missing', RETAINED, undefined],
  ['Owner', 'Retain', 'made', RETAINED, { a: '1' }],
  ['Owner', 'Delete', 'missing', DELETED, undefined],
  ['Owner', 'Delete', 'made', DELETED, undefined],
  ['Owner', 'Merge', 'missing', SYNCED, {}],
  ['Owner', 'Merge', 'made', SYNCED, {}],
  ['Orphan', 'Retain', 'made', RETAINED, { a: '1' }],
  ['Orphan', 'Delete', 'made', CANNOT, { a: '1' }],
  ['Orphan', 'Merge', 'missing', SYNCED, {}],
  ['Orphan', 'Merge', 'made', SYNCED, {}],
  ['CreateOrMerge', 'Retain', 'made', RETAINED, { a: '1' }],
  ['CreateOrMerge', 'Delete', 'made', CANNOT, { a: '1' }],
  ['CreateOrMerge', 'Merge', 'made', SYNCED, {}],
  ['Merge', 'Retain', 'missing', RETAINED, undefined],
  ['Merge', 'Delete', 'missing', CANNOT, undefined],
]
