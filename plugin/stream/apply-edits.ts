import type { ManifestDocument, ManifestObject, ManifestValue, StreamEdits } from './manifest-document.ts'

/** The edits of each document that has any. */
export function editsByDocument(edits: StreamEdits): ReadonlyMap<ManifestDocument, readonly DocumentEdit[]> {
  const byDocument = new Map<ManifestDocument, DocumentEdit[]>()
  for (const [object, replacements] of edits) {
    const edit = { object, replacements }
    const others = byDocument.get(object.document)
    if (others) others.push(edit)
    else byDocument.set(object.document, [edit])
  }
  return byDocument
}

export interface DocumentEdit {
  readonly object: ManifestObject
  readonly replacements: readonly object[]
}

/**
 * What stands in place of a document after its edits: the replacements of its object, or its List with replaced items.
 * `read` gives the document's value, and is asked for a List only.
 */
export function editedDocument(edits: readonly DocumentEdit[], read: () => ManifestValue): readonly object[] {
  const whole = edits.find(({ object }) => object.path.length === 0)
  if (whole) return whole.replacements
  const list = read()
  return typeof list === 'object' && list !== null ? [editItems(list, edits, 0)] : []
}

/** `depth` counts the parts of the edits' paths that lead to `list`; a path is `items`, index, and again so for a List in a List. */
function editItems(list: object, edits: readonly DocumentEdit[], depth: number): object {
  if (!('items' in list) || !Array.isArray(list.items)) return list
  const items: readonly unknown[] = list.items
  const byIndex = Map.groupBy(edits, ({ object }) => object.path[depth + 1])
  return { ...list, items: items.flatMap((item, index) => editedItem(item, byIndex.get(index), depth + 2)) }
}

function editedItem(item: unknown, edits: readonly DocumentEdit[] | undefined, depth: number): readonly unknown[] {
  if (!edits || typeof item !== 'object' || item === null) return [item]
  const own = edits.find(({ object }) => object.path.length === depth)
  return own ? own.replacements : [editItems(item, edits, depth)]
}
