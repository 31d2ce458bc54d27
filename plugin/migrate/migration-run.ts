import type { PlainObject } from '../api/plain-object.ts'
import { placeOf } from '../argocd/place-of.ts'
import { fieldName } from '../model/field-path.ts'
import { SecretError } from '../model/secret-error.ts'
import type { ManifestObject, StreamWarning } from '../stream/manifest-document.ts'
import type { StoreKind } from './external-secret-parts.ts'
import type { FieldWarning, Migration } from './migration.ts'
import type { FieldObstacle } from './obstacle.ts'
import type { StoreNeed } from './remote-source.ts'
import { StoreSkeletons } from './store-skeletons.ts'

const UNREADABLE = 'render the manifest first (helm template, kustomize build) and migrate what comes out, or correct it'

/** Collects what becomes of each object. */
export class MigrationRun {
  readonly edits = new Map<ManifestObject, readonly object[]>()
  readonly #problems: SecretError[] = []
  readonly #warnings: StreamWarning[] = []
  readonly #skeletons: StoreSkeletons

  constructor(storeKind: StoreKind) {
    this.#skeletons = new StoreSkeletons(storeKind)
  }

  migrated(object: ManifestObject, externalSecret: PlainObject, stores: readonly StoreNeed[]): void {
    this.edits.set(object, [externalSecret])
    this.#skeletons.add(stores, object.namespace)
  }

  problem(object: ManifestObject, { path, obstacle, remedy }: FieldObstacle): void {
    const place = { ...placeOf(object), field: fieldName(path) }
    this.#problems.push(new SecretError('InvalidSpec', obstacle, { place, remedy }))
  }

  warn(object: ManifestObject, { path, message }: FieldWarning): void {
    this.#warnings.push({ place: { ...placeOf(object), field: fieldName(path) }, message })
  }

  /** `unreadable`: documents that are the old program's and could not be read. */
  result(unreadable: readonly SecretError[]): Pick<Migration, 'stores' | 'problems' | 'warnings'> {
    const rendered = unreadable.map(
      ({ message, place }) => new SecretError('InvalidSpec', message, { place, remedy: UNREADABLE }),
    )
    return { stores: this.#skeletons.all, problems: [...rendered, ...this.#problems], warnings: this.#warnings }
  }
}
