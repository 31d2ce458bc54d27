import type { ManifestObject, ManifestStream } from '../../stream/manifest-document.ts'
import { keepComments } from '../keep-comments.ts'
import type { Migration, MigrationOptions } from '../migration.ts'
import { MigrationRun } from '../migration-run.ts'
import type { FieldObstacle } from '../obstacle.ts'
import { readableDocuments } from '../readable-documents.ts'
import { StoreNames } from '../store-names.ts'
import { type AvpAnnotations, avpAnnotationsOf } from './avp-annotations.ts'
import type { AvpRun, AvpSetup } from './backends.ts'
import { obstacleElsewhere } from './elsewhere.ts'
import { migrateSecret, secretHasPlaceholders } from './migrate-secret.ts'
import { placeholderFields } from './placeholder-fields.ts'

/** Secrets may have their placeholders in base64, so all of them are looked at. JSON may write `<` as an escape. */
const SIGNS = {
  mayBe: /<path:|avp[._]|kv_version|Secret|\\u003c|\\x3c/i,
  surelyIs: /<path:|avp\.kubernetes\.io\//,
}

export interface AvpOptions extends MigrationOptions, AvpSetup {}

/** Secrets with placeholders of argocd-vault-plugin into ExternalSecrets; a problem for each placeholder that stays. */
export function migrateAvp(streams: readonly ManifestStream[], options: AvpOptions): Migration {
  const read = readableDocuments(streams, SIGNS)
  const run = new MigrationRun(options.storeKind)
  const setup = { ...options, names: new StoreNames() }
  for (const object of read.objects) migrateObject(object, setup, run)
  return { ...keepComments({ streams, edits: run.edits }), ...run.result(read) }
}

const BEFORE_1_0: FieldObstacle = {
  path: ['metadata', 'annotations', 'avp_path'],
  obstacle: 'an annotation of argocd-vault-plugin before 1.0',
  remedy: 'rename avp_path, avp_ignore and kv_version to avp.kubernetes.io/path, ignore and kv-version first',
}
const MEANINGLESS = 'means nothing here, and may be removed'

function migrateObject(object: ManifestObject, setup: AvpOptions & AvpRun, run: MigrationRun): void {
  const annotations = avpAnnotationsOf(object)
  // argocd-vault-plugin takes a List for one object, without the annotations of its items.
  const isDocument = object.path.length === 0
  const scope = isDocument && annotations.path !== undefined ? 'all' : 'inline'
  if (annotations.names.includes('avp_path')) run.problems(object, [BEFORE_1_0])
  else if (annotations.ignored && isDocument) {
    run.warn(object, { path: ['metadata', 'annotations', 'avp.kubernetes.io/ignore'], message: MEANINGLESS })
  } else if (isDocument && object.kind === 'Secret' && object.apiVersion === 'v1') {
    if (secretHasPlaceholders(object, scope)) migrateOneSecret(object, annotations, setup, run)
    else warnOfUnused(object, annotations, run)
  } else {
    const fields = placeholderFields(object.value, scope)
    run.problems(
      object,
      fields.map((path) => ({ path, ...obstacleElsewhere(object, path) })),
    )
    if (fields.length === 0) warnOfUnused(object, annotations, run)
  }
}

function migrateOneSecret(
  object: ManifestObject,
  annotations: AvpAnnotations,
  setup: AvpOptions & AvpRun,
  run: MigrationRun,
): void {
  const migrated = migrateSecret(object, annotations, setup, setup.storeKind)
  if (!('externalSecret' in migrated)) {
    run.problems(object, migrated)
    return
  }
  run.migrated(object, migrated.externalSecret, migrated.stores)
  for (const warning of migrated.warnings) run.warn(object, warning)
}

function warnOfUnused(object: ManifestObject, { names }: AvpAnnotations, run: MigrationRun): void {
  for (const name of names) run.warn(object, { path: ['metadata', 'annotations', name], message: MEANINGLESS })
}
