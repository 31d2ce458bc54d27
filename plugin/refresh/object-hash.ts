import { createHash } from 'node:crypto'

/** SHA3-224 in hex over what Go's `%+v` prints: how ESO recognises its own work (external-secrets.md 10). */
function objectHash(goText: string | Uint8Array): string {
  return createHash('sha3-224').update(goText).digest('hex')
}

/** The annotation `reconcile.external-secrets.io/data-hash`: over all keys of `data`, foreign ones as well. `data` holds decoded bytes. */
export function dataHash(data: ReadonlyMap<string, Uint8Array>): string {
  const entries = sortedKeys(data).map((key) => `${key}:[${(data.get(key) ?? NOTHING).join(' ')}]`)
  return objectHash(`map[${entries.join(' ')}]`)
}

/** The label `reconcile.external-secrets.io/created-by`, and what field managers with long names are told by: the hash of a text. */
export function textHash(text: string): string {
  return objectHash(text)
}

type Texts = Readonly<Record<string, string>> | undefined

/** `status.syncedResourceVersion`: changes with the spec, and with every label or annotation (external-secrets.md 4.3). */
export function objectVersion(metadata: {
  readonly generation?: number
  readonly labels?: Texts
  readonly annotations?: Texts
}): string {
  const { generation = 0, labels, annotations } = metadata
  return `${generation}-${objectHash(`{annotations:${goMap(annotations)} labels:${goMap(labels)}}`)}`
}

const NOTHING = new Uint8Array()

function goMap(texts: Texts): string {
  const map = new Map(Object.entries(texts ?? {}))
  return `map[${sortedKeys(map)
    .map((key) => `${key}:${map.get(key) ?? ''}`)
    .join(' ')}]`
}

/** Go prints the keys of maps in the order of their bytes. */
function sortedKeys(map: ReadonlyMap<string, unknown>): readonly string[] {
  return [...map.keys()].toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
}
