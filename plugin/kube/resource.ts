/** A resource of the API: what `kubectl api-resources` lists in a line. */
export interface Resource {
  /** Empty for the core group. */
  readonly group: string
  readonly version: string
  readonly plural: string
  readonly kind: string
  readonly isNamespaced: boolean
}

/** The path of a collection, or of one object in it (Kubernetes API concepts, resource URIs). */
export function resourcePath({ group, version, plural, isNamespaced }: Resource, namespace?: string, name?: string): string {
  const parts = [
    ...(isNamespaced && namespace !== undefined ? ['namespaces', namespace] : []),
    plural,
    ...(name === undefined ? [] : [name]),
  ]
  return `${versionPath({ group, version })}/${parts.map(encodeURIComponent).join('/')}`
}

/** The path of a version of a group. */
export function versionPath({ group, version }: Pick<Resource, 'group' | 'version'>): string {
  const parts = group === '' ? ['api', version] : ['apis', group, version]
  return `/${parts.map(encodeURIComponent).join('/')}`
}
