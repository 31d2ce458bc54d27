import type { ManifestMapping, ManifestValue } from '../stream/manifest-document.ts'

/** The mapping at `field`; an empty one where there is none. */
export function mappingIn(value: ManifestMapping, field: string): ManifestMapping {
  const item = Object.hasOwn(value, field) ? value[field] : undefined
  return isMapping(item) ? item : {}
}

function isMapping(value: ManifestValue | undefined): value is ManifestMapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
