import type { ManifestObject } from '../stream/manifest-document.ts'
import { writeObject } from '../stream/write-object.ts'
import type { StoreKind } from './external-secret-parts.ts'
import type { StoreSkeleton } from './migration.ts'
import type { StoreNeed } from './remote-source.ts'

/** Collects the stores that migrated objects name: a SecretStore for each namespace, a ClusterSecretStore once. */
export class StoreSkeletons {
  readonly #storeKind: StoreKind
  readonly #skeletons = new Map<string, StoreSkeleton>()

  constructor(storeKind: StoreKind) {
    this.#storeKind = storeKind
  }

  add(needs: readonly StoreNeed[], namespace: string | undefined): void {
    const own = this.#storeKind === 'SecretStore' ? namespace : undefined
    for (const need of needs) {
      const identity = JSON.stringify([need.name, own ?? null])
      if (!this.#skeletons.has(identity)) this.#skeletons.set(identity, this.#skeletonOf(need, own))
    }
  }

  /** All that are not among these objects already. */
  without(objects: readonly ManifestObject[]): readonly StoreSkeleton[] {
    const there = objects
      .filter(({ kind }) => kind === this.#storeKind)
      .map(({ name, namespace }) => JSON.stringify([name, namespace ?? null]))
    const known = new Set(there)
    return [...this.#skeletons].flatMap(([identity, skeleton]) => (known.has(identity) ? [] : [skeleton]))
  }

  #skeletonOf({ name, provider, config, toFillIn }: StoreNeed, namespace: string | undefined): StoreSkeleton {
    return {
      comment: toFillIn,
      object: {
        apiVersion: 'external-secrets.io/v1',
        kind: this.#storeKind,
        metadata: { name, ...(namespace !== undefined && { namespace }) },
        spec: { provider: { [provider]: config } },
      },
    }
  }
}

/** The stores as a YAML stream, each below its comment; nothing without any. */
export function skeletonText(skeletons: readonly StoreSkeleton[]): string {
  return skeletons
    .map(({ object, comment }) => ['---\n', ...comment.map((line) => `# ${line}\n`), writeObject(object)].join(''))
    .join('')
}
