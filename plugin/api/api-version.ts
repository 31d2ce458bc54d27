/** The API group of ESO's resources. */
export const API_GROUP = 'external-secrets.io'

/** The API group of ESO's generators. */
export const GENERATORS_GROUP = `generators.${API_GROUP}`

/** What we read; v1beta1 is a subset of v1 (external-secrets.md 1). */
export const API_VERSIONS = ['external-secrets.io/v1', 'external-secrets.io/v1beta1'] as const
