import { placeOf } from '../../argocd/place-of.ts'
import { type FieldPath, fieldName } from '../../model/field-path.ts'
import { SecretError } from '../../model/secret-error.ts'
import type { ManifestObject, ManifestStream, StreamWarning } from '../../stream/manifest-document.ts'
import { keepComments } from '../keep-comments.ts'
import type { Migration, MigrationOptions } from '../migration.ts'
import type { Obstacle } from '../obstacle.ts'
import { readableDocuments } from '../readable-documents.ts'
import { StoreSkeletons } from '../store-skeletons.ts'
import { type AvpAnnotations, avpAnnotationsOf } from './avp-annotations.ts'
import type { AvpSetup } from './backends.ts'
import { obstacleElsewhere } from './elsewhere.ts'
import { migrateSecret, secretHasPlaceholders } from './migrate-secret.ts'
import { placeholderFields } from './placeholder-fields.ts'

/** Secrets may have their placeholders in base64, so all of them are looked at. JSON may write `<` as an escape. */
const SIGNS = {
  mayBe: /<path:|avp[._]|kv_version|Secret|\\u003c|\\x3c/i,
  surelyIs: /<path:[^\r\n#]*#|avp\.kubernetes\.io\//,
}

export interface AvpOptions extends MigrationOptions, AvpSetup {}

/** Secrets with placeholders of argocd-vault-plugin into ExternalSecrets; a problem for each placeholder that stays. */
export function migrateAvp(streams: readonly ManifestStream[], options: AvpOptions): Migration {
  const { objects, problems: unreadable } = readableDocuments(streams, SIGNS)
  const run = new Run(options)
  for (const object of objects) run.object(object)
  const { edits, problems, warnings, skeletons } = run
  const remedy = 'render the manifest first (helm template, kustomize build) and migrate what comes out, or correct it'
  const rendered = unreadable.map(({ message, place }) => new SecretError('InvalidSpec', message, { place, remedy }))
  return {
    ...keepComments({ streams, edits }),
    stores: skeletons.all,
    problems: [...rendered, ...problems],
    warnings,
    objects,
  }
}

const BEFORE_1_0: Obstacle = {
  obstacle: 'an annotation of argocd-vault-plugin before 1.0',
  remedy: 'rename avp_path, avp_ignore and kv_version to avp.kubernetes.io/path, ignore and kv-version first',
}

class Run {
  readonly edits = new Map<ManifestObject, readonly object[]>()
  readonly problems: SecretError[] = []
  readonly warnings: StreamWarning[] = []
  readonly skeletons: StoreSkeletons
  readonly #options: AvpOptions

  constructor(options: AvpOptions) {
    this.#options = options
    this.skeletons = new StoreSkeletons(options.storeKind)
  }

  object(object: ManifestObject): void {
    const annotations = avpAnnotationsOf(object)
    if (annotations.names.includes('avp_path')) {
      this.#problem(object, ['metadata', 'annotations', 'avp_path'], BEFORE_1_0)
      return
    }
    if (annotations.ignored && object.path.length === 0) {
      this.#warn(object, ['metadata', 'annotations', 'avp.kubernetes.io/ignore'], 'means nothing here, and may be removed')
      return
    }
    // argocd-vault-plugin takes a List for one object, without the annotations of its items.
    const isDocument = object.path.length === 0
    const scope = isDocument && annotations.path !== undefined ? 'all' : 'inline'
    if (isDocument && object.kind === 'Secret' && object.apiVersion === 'v1') {
      if (secretHasPlaceholders(object, scope)) this.#secret(object, annotations)
      else this.#unused(object, annotations)
      return
    }
    const fields = placeholderFields(object.value, scope)
    for (const path of fields) this.#problem(object, path, obstacleElsewhere(object, path))
    if (fields.length === 0) this.#unused(object, annotations)
  }

  #secret(object: ManifestObject, annotations: AvpAnnotations): void {
    const migrated = migrateSecret(object, annotations, this.#options, this.#options.storeKind)
    if (!('externalSecret' in migrated)) {
      for (const { path, ...obstacle } of migrated) this.#problem(object, path, obstacle)
      return
    }
    this.edits.set(object, [migrated.externalSecret])
    this.skeletons.add(migrated.stores, object.namespace)
    for (const { path, message } of migrated.warnings) this.#warn(object, path, message)
  }

  #unused(object: ManifestObject, { names }: AvpAnnotations): void {
    for (const name of names) this.#warn(object, ['metadata', 'annotations', name], 'means nothing here, and may be removed')
  }

  #problem(object: ManifestObject, path: FieldPath, { obstacle, remedy }: Obstacle): void {
    const place = { ...placeOf(object), field: fieldName(path) }
    this.problems.push(new SecretError('InvalidSpec', obstacle, { place, remedy }))
  }

  #warn(object: ManifestObject, path: FieldPath, message: string): void {
    this.warnings.push({ place: { ...placeOf(object), field: fieldName(path) }, message })
  }
}
