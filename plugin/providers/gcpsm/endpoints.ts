import { SecretError } from '../../model/secret-error.ts'

/** Where Google's services are, as origins without a slash at the end. */
export interface Endpoints {
  readonly secretManager: URL
  readonly sts: string
  readonly secureToken: string
  readonly iamCredentials: string
  readonly oauth2: string
  readonly metadata: string
}

/** Process variable: Secret Manager elsewhere than at the cloud's own address (a private endpoint, an emulator). */
const ENDPOINT_VARIABLE = 'GCPSM_ENDPOINT'
/** Process variable: one origin that stands for sts, securetoken, iamcredentials and oauth2 of googleapis.com. */
const AUTH_ENDPOINT_VARIABLE = 'GCPSM_AUTH_ENDPOINT'

/**
 * A regional secret lives at its region's own endpoint (Secret Manager, "Regional service endpoints").
 * Endpoints come from the process's environment, never from a store (R5). Throws SecretError InvalidSpec.
 */
export function endpointsFor(location: string | undefined, environment: ReadonlyMap<string, string>): Endpoints {
  const own = location === undefined ? 'secretmanager.googleapis.com' : `secretmanager.${regionName(location)}.rep.googleapis.com`
  const auth = environment.get(AUTH_ENDPOINT_VARIABLE)
  const authOrigin = auth ? originOf(auth, AUTH_ENDPOINT_VARIABLE).origin : undefined
  const endpoint = environment.get(ENDPOINT_VARIABLE)
  return {
    secretManager: endpoint ? originOf(endpoint, ENDPOINT_VARIABLE) : new URL(`https://${own}`),
    sts: authOrigin ?? 'https://sts.googleapis.com',
    secureToken: authOrigin ?? 'https://securetoken.googleapis.com',
    iamCredentials: authOrigin ?? 'https://iamcredentials.googleapis.com',
    oauth2: authOrigin ?? 'https://oauth2.googleapis.com',
    // Google's own libraries take the host from this variable too (gcp-metadata, Go's compute/metadata).
    metadata: `http://${environment.get('GCE_METADATA_HOST') || 'metadata.google.internal'}`,
  }
}

/** The region becomes part of a host name: nothing else may slip in. */
function regionName(location: string): string {
  if (/^[a-z0-9-]{1,63}$/.test(location)) return location
  throw new SecretError('InvalidSpec', 'the location is no name of a region', {
    place: { field: 'spec.provider.gcpsm.location' },
    remedy: 'write it as Google does: europe-west1',
  })
}

function originOf(text: string, variable: string): URL {
  const url = URL.parse(text)
  if (url && (url.protocol === 'https:' || url.protocol === 'http:') && url.pathname === '/') return url
  throw new SecretError('InvalidSpec', `the environment variable ${variable} is no http or https URL without a path`)
}
