import type { PlainObject } from '../api/plain-object.ts'
import { freeName } from './free-name.ts'
import { type RemoteRefDraft, type RemoteSource, type StoreNeed, sourceIdentity } from './remote-source.ts'
import { isIdentifier } from './template-text.ts'

export type StoreKind = 'SecretStore' | 'ClusterSecretStore'

/** One entry of `spec.dataFrom`; `entry` is its own field, `extract` or `find`, and what goes with it. */
export interface DataFromPart {
  readonly store: StoreNeed
  readonly entry: PlainObject
}

/** What an ExternalSecret is made of. */
export interface ExternalSecretParts {
  readonly metadata: PlainObject
  readonly storeKind: StoreKind
  readonly data: readonly { readonly secretKey: string; readonly source: RemoteSource }[]
  readonly dataFrom: readonly DataFromPart[]
  readonly target: PlainObject
}

/** The object, its fields in the order in which people write them. The first store is the default one; entries of others name theirs. */
export function externalSecretOf({ metadata, storeKind, data, dataFrom, target }: ExternalSecretParts): PlainObject {
  const main = storesOf({ data, dataFrom })[0]
  const sourceRef = (store: StoreNeed): PlainObject =>
    store.name === main?.name ? {} : { sourceRef: { storeRef: { name: store.name, kind: storeKind } } }
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata,
    spec: {
      ...(main && { secretStoreRef: { name: main.name, kind: storeKind } }),
      ...(Object.keys(target).length > 0 && { target }),
      ...(dataFrom.length > 0 && { dataFrom: dataFrom.map(({ store, entry }) => ({ ...entry, ...sourceRef(store) })) }),
      ...(data.length > 0 && {
        data: data.map(({ secretKey, source }) => ({
          secretKey,
          remoteRef: ordered(source.remoteRef),
          ...sourceRef(source.store),
        })),
      }),
    },
  }
}

function ordered({ key, property, version, decodingStrategy }: RemoteRefDraft): RemoteRefDraft {
  return {
    key,
    ...(property !== undefined && { property }),
    ...(version !== undefined && { version }),
    ...(decodingStrategy !== undefined && { decodingStrategy }),
  }
}

/** Every store that is read, each once, in the order of the entries. */
export function storesOf({ data, dataFrom }: Pick<ExternalSecretParts, 'data' | 'dataFrom'>): readonly StoreNeed[] {
  const all = [...dataFrom.map(({ store }) => store), ...data.map(({ source }) => source.store)]
  return [...new Map(all.map((store) => [store.name, store])).values()]
}

/** Gives every value that templates use a name that a template can say (`.password`), the same for the same value. */
export class TemplateNames {
  readonly #names = new Map<string, string>()
  readonly #sources: { readonly secretKey: string; readonly source: RemoteSource }[] = []
  readonly #taken = new Set<string>()
  readonly #counts = new Map<string, number>()

  /** `wish` as far as it can be had. */
  nameOf(source: RemoteSource, wish: string): string {
    const identity = sourceIdentity(source)
    const known = this.#names.get(identity)
    if (known !== undefined) return known
    const name = this.#free(wish)
    this.#names.set(identity, name)
    this.#sources.push({ secretKey: name, source })
    return name
  }

  /** Entries of `spec.data` in the order in which they were named. */
  get data(): ExternalSecretParts['data'] {
    return this.#sources
  }

  #free(wish: string): string {
    const plain = wish.replaceAll(/\W+/g, '_').slice(0, 100)
    const base = isIdentifier(plain) ? plain : `v_${plain}`
    const name = freeName(base, '_', this.#taken, this.#counts)
    this.#taken.add(name)
    return name
  }
}
