import type { PlainObject } from '../api/plain-object.ts'
import { placeOf } from '../argocd/place-of.ts'
import { fieldName } from '../model/field-path.ts'
import { SecretError } from '../model/secret-error.ts'
import type { ManifestObject, StreamWarning } from '../stream/manifest-document.ts'
import type { StoreKind } from './external-secret-parts.ts'
import type { FieldWarning, Migration } from './migration.ts'
import type { FieldObstacle } from './obstacle.ts'
import type { ReadableDocuments } from './readable-documents.ts'
import type { StoreNeed } from './remote-source.ts'
import { StoreSkeletons } from './store-skeletons.ts'

/** A report lists as many of all (R18). */
const MAX_OF_ONE_OBJECT = 50
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

  /** Every reason why an object, or some of its fields, is left; beyond the first ones only how many there are. */
  problems(object: ManifestObject, obstacles: readonly FieldObstacle[]): void {
    for (const obstacle of obstacles.slice(0, MAX_OF_ONE_OBJECT)) this.#problem(object, obstacle)
    const more = obstacles.length - MAX_OF_ONE_OBJECT
    if (more > 0) this.#problem(object, { path: [], obstacle: `and ${more} more of this object`, remedy: 'correct those first' })
  }

  #problem(object: ManifestObject, { path, obstacle, remedy }: FieldObstacle): void {
    const place = { ...placeOf(object), field: fieldName(path) }
    this.#problems.push(new SecretError('InvalidSpec', obstacle, { place, remedy }))
  }

  warn(object: ManifestObject, { path, message }: FieldWarning): void {
    this.#warnings.push({ place: { ...placeOf(object), field: fieldName(path) }, message })
  }

  /** `objects`: what was read, of which stores that are there already need no skeleton. `unreadable`: documents of the old program's that were not. */
  result({ objects, problems: unreadable }: ReadableDocuments): Omit<Migration, 'streams' | 'edits'> {
    const rendered = unreadable.map(
      ({ message, place }) => new SecretError('InvalidSpec', message, { place, remedy: UNREADABLE }),
    )
    return {
      stores: this.#skeletons.without(objects),
      problems: [...rendered, ...this.#problems],
      warnings: this.#warnings,
      objects,
    }
  }
}
