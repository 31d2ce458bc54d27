import type { FieldPath } from '../../model/field-path.ts'
import type { ManifestValue } from '../../stream/manifest-document.ts'
import { hasPlaceholder, type PlaceholderScope } from './placeholder.ts'

/** Where in a value the texts with placeholders are, in its order. */
export function placeholderFields(
  value: ManifestValue,
  scope: PlaceholderScope,
  counts: (path: FieldPath) => boolean = () => true,
): readonly FieldPath[] {
  const found: FieldPath[] = []

  function look(item: ManifestValue, path: FieldPath): void {
    if (typeof item === 'string') {
      if (hasPlaceholder(item, scope) && counts(path)) found.push(path)
    } else if (isList(item)) for (const [index, inner] of item.entries()) look(inner, [...path, index])
    else if (typeof item === 'object' && item !== null) {
      for (const [name, inner] of Object.entries(item)) look(inner, [...path, name])
    }
  }

  look(value, [])
  return found
}

function isList(value: ManifestValue): value is readonly ManifestValue[] {
  return Array.isArray(value)
}
