import type { PlainObject } from '../../api/plain-object.ts'
import type { ManifestMapping, ManifestObject, ManifestStream } from '../../stream/manifest-document.ts'
import { checkedExternalSecret } from '../checked-external-secret.ts'
import { type DataFromPart, externalSecretOf, storesOf } from '../external-secret-parts.ts'
import { keepComments } from '../keep-comments.ts'
import { mappingIn } from '../mapping-in.ts'
import type { FieldWarning, Migration, MigrationOptions } from '../migration.ts'
import { MigrationRun } from '../migration-run.ts'
import { type FieldObstacle, isObstacle } from '../obstacle.ts'
import { readableDocuments } from '../readable-documents.ts'
import type { RemoteSource, StoreNeed } from '../remote-source.ts'
import { StoreNames } from '../store-names.ts'
import { type KesRun, kesBelow, kesExtract, kesSource, kesStore } from './kes-backends.ts'
import { type KesSpec, readKesSpec } from './kes-spec.ts'
import { kesTarget } from './kes-template.ts'

const API_VERSION = 'kubernetes-client.io/v1'
const SIGNS = { mayBe: /kubernetes-client|permitted|SecretStore/, surelyIs: /\bkubernetes-client\.io\/v1\b/ }
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
/** Of a Namespace: which keys and roles its objects may ask for. */
const PERMITTED = ['externalsecrets.kubernetes-client.io/permitted-key-name', 'iam.amazonaws.com/permitted']

/** ExternalSecrets of kubernetes-client.io into those of external-secrets.io; a problem for each that stays, with every reason. */
export function migrateKes(streams: readonly ManifestStream[], options: MigrationOptions): Migration {
  const read = readableDocuments(streams, SIGNS)
  const run = new MigrationRun(options.storeKind)
  const stores: KesRun = { names: new StoreNames(), ...(options.store !== undefined && { store: options.store }) }
  for (const object of read.objects) {
    if (object.apiVersion === API_VERSION && object.kind === 'ExternalSecret') migrateObject(object, options, stores, run)
    else if (object.kind === 'Namespace') warnOfPermissions(object, run)
  }
  return { ...keepComments({ streams, edits: run.edits }), ...run.result(read) }
}

function migrateObject(object: ManifestObject, options: MigrationOptions, stores: KesRun, run: MigrationRun): void {
  const spec = readKesSpec(object.value)
  if (!('backendType' in spec)) {
    run.problems(object, spec)
    return
  }
  const store = kesStore(spec, stores)
  if (isObstacle(store)) {
    run.problems(object, [{ path: ['spec', 'backendType'], ...store }])
    return
  }
  const parts = referencesOf(spec, store)
  const { labels, annotations, ...metadata } = metadataOf(object.value)
  const isLabelled = Object.keys({ ...labels, ...annotations }).length > 0
  const { target, obstacles, warnings } = kesTarget(spec, isLabelled)
  const externalSecret = externalSecretOf({
    metadata: { ...metadata, ...(labels && { labels }), ...(annotations && { annotations }) },
    storeKind: options.storeKind,
    ...parts,
    target,
  })
  const all = [...parts.obstacles, ...obstacles]
  const reasons = all.length > 0 ? all : checkedExternalSecret(externalSecret)
  run.problems(object, reasons)
  if (reasons.length > 0) return
  for (const warning of [...parts.warnings, ...warnings]) run.warn(object, warning)
  run.migrated(object, externalSecret, storesOf(parts))
}

interface References {
  readonly data: readonly { readonly secretKey: string; readonly source: RemoteSource }[]
  readonly dataFrom: readonly DataFromPart[]
  readonly obstacles: readonly FieldObstacle[]
  readonly warnings: readonly FieldWarning[]
}

const WHOLE_OF_VAULT = 'the whole secret as JSON is written with sorted members'

function referencesOf(spec: KesSpec, store: StoreNeed): References {
  const data: { secretKey: string; source: RemoteSource }[] = []
  const dataFrom: DataFromPart[] = []
  const obstacles: FieldObstacle[] = []
  const warnings: FieldWarning[] = []
  for (const reference of spec.dataFrom) {
    const extract = kesExtract(reference, store)
    if (isObstacle(extract)) obstacles.push({ path: reference.path, ...extract })
    else dataFrom.push(extract)
  }
  for (const datum of spec.data) {
    const part = 'below' in datum ? kesBelow(datum.below, datum.recursive, store) : kesSource(datum, store)
    if (isObstacle(part)) obstacles.push({ path: datum.path, ...part })
    else if ('entry' in part) dataFrom.push(part)
    else if ('name' in datum) data.push({ secretKey: datum.name, source: part })
    if (store.provider === 'vault' && 'name' in datum && datum.property === undefined) {
      warnings.push({ path: datum.path, message: WHOLE_OF_VAULT })
    }
  }
  return { data: lastOfEach(data), dataFrom, obstacles, warnings }
}

/** Of entries with the same name the old program takes the last. */
function lastOfEach(data: References['data']): References['data'] {
  const last = new Map(data.map((entry) => [entry.secretKey, entry]))
  return data.filter((entry) => last.get(entry.secretKey) === entry)
}

interface OwnMetadata extends PlainObject {
  readonly labels?: ManifestMapping
  readonly annotations?: ManifestMapping
}

function metadataOf(value: ManifestMapping): OwnMetadata {
  const { name, namespace } = mappingIn(value, 'metadata')
  const labels = mappingIn(mappingIn(value, 'metadata'), 'labels')
  const all = Object.entries(mappingIn(mappingIn(value, 'metadata'), 'annotations'))
  const annotations = Object.fromEntries(all.filter(([key]) => key !== LAST_APPLIED))
  return {
    name,
    ...(namespace !== undefined && namespace !== null && { namespace }),
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(Object.keys(annotations).length > 0 && { annotations }),
  }
}

function warnOfPermissions(object: ManifestObject, run: MigrationRun): void {
  const annotations = mappingIn(mappingIn(object.value, 'metadata'), 'annotations')
  for (const name of PERMITTED) {
    if (annotations[name] === undefined) continue
    const message = 'means nothing here: a policy says which keys and roles a project and namespace may use (docs/policy.md)'
    run.warn(object, { path: ['metadata', 'annotations', name], message })
  }
}
