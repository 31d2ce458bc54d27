import type { ManifestMapping, ManifestValue } from './manifest-document.ts'
import { writeJson } from './write-json.ts'

/** The JSON of a document, that of a List in pieces: an item can be replaced without a look at the others. */
export type ListLine =
  | string
  | {
      /** Up to the first item. */
      readonly before: string
      readonly items: readonly ListLine[]
      readonly after: string
    }

export function listLine(value: ManifestValue): ListLine {
  if (!isList(value)) return writeJson(value)
  const names = Object.keys(value)
  const at = names.indexOf('items')
  const fields = (some: readonly string[]): string => some.map((name) => `${writeJson(name)}:${writeJson(value[name])}`).join(',')
  const [first, last] = [fields(names.slice(0, at)), fields(names.slice(at + 1))]
  return {
    before: `{${first}${first === '' ? '' : ','}"items":[`,
    items: value.items.map(listLine),
    after: `]${last === '' ? '' : ','}${last}}`,
  }
}

function isList(value: ManifestValue): value is ManifestMapping & { readonly items: readonly ManifestValue[] } {
  return typeof value === 'object' && value !== null && 'items' in value && Array.isArray(value.items)
}
