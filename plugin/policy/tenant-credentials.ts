import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'
import type { SecretValue } from '../model/secret-value.ts'
import type { CredentialSource } from '../providers/credential-source.ts'
import type { CredentialsFolder } from '../stores/credentials-folder.ts'
import { DEFAULT_CA_KEY, TOKEN_KEY } from '../stores/local-credentials.ts'
import { readPodToken } from '../stores/pod-token.ts'
import { checkLabel } from '../stores/secret-label.ts'
import type { StreamObjects } from '../stores/stream-objects.ts'
import { fitsOne } from './glob.ts'
import type { GitStoreGrant } from './policy-schema.ts'
import type { Grant } from './store-decision.ts'

/** Where a store of Git may find what it logs in with. */
export interface CredentialPlaces {
  readonly stream: StreamObjects
  /** Of the ExternalSecret: the stream's Secrets of another namespace are out of reach. */
  readonly namespace: string
  readonly folder: CredentialsFolder | undefined
  /** The destination: the only part of the folder that a tenant reaches (R4). */
  readonly destination: string
}

/** Google's credential files say who is asked for tokens; only of this kind that is Google alone (R4). */
const GOOGLE_KEY_FILE = 'service_account'
/** The field of a gcpsm store that holds such a file; its other selectors hold tokens and keys. */
const GOOGLE_KEY_FIELD = 'secretAccessKeySecretRef'

/**
 * Credentials for a store of Git (R4): what the grant binds to it, whatever namespace a selector names. What is not bound is AccessDenied,
 * what is bound but not there InvalidSpec.
 */
export function tenantCredentials(
  providerId: string,
  { rule, grant: { credentials } }: Grant<GitStoreGrant>,
  { stream, namespace, folder, destination }: CredentialPlaces,
): CredentialSource {
  const isMounted = (name: string): boolean => fitsOne(credentials.folder, name)

  async function required(name: string, key: string, field: string): Promise<SecretValue> {
    const ofStream = credentials.stream ? stream.secret(namespace, name)?.get(key) : undefined
    const value = ofStream ?? (isMounted(name) ? await folder?.read(destination, name, key) : undefined)
    if (value) return value
    throw absent(name, key, field)
  }

  function absent(name: string, key: string | undefined, field: string): SecretError {
    if (!credentials.stream && !isMounted(name)) return notBound(rule, name, field)
    const places = [
      ...(credentials.stream ? [`namespace ${quoteName(namespace)} of the stream`] : []),
      ...(isMounted(name) ? [`the mounted folder of namespace ${quoteName(destination)}`] : []),
    ]
    const what = key === undefined ? quoteName(name) : `key ${quoteName(key)} of ${quoteName(name)}`
    return new SecretError('InvalidSpec', `no ${what} in ${places.join(' or ')}`, {
      place: { field },
      remedy: 'have the administrator mount it below --credentials (DIR/NAMESPACE/NAME/KEY)',
    })
  }

  return {
    async secretKey({ name, key }, field) {
      const value = await required(name, key, field)
      if (providerId === 'gcpsm' && field.includes(GOOGLE_KEY_FIELD)) checkGoogleKeyFile(value, field)
      return value
    },

    async labelledSecret({ name }, label, field) {
      const ofStream = credentials.stream ? stream.secret(namespace, name) : undefined
      if (ofStream) checkLabel(stream.secretLabels(namespace, name), name, label, field)
      // The rule that binds it names its provider and its host: more than a label can say.
      const data = ofStream ?? (isMounted(name) ? await folder?.readAll(destination, name) : undefined)
      if (data) return data
      throw absent(name, undefined, field)
    },

    async caBundle({ type, name, key }, field) {
      // gcpsm reads its federation from there: that names whom to ask for tokens.
      if (providerId === 'gcpsm') throw googleRefusal('a federated identity', field)
      const wanted = key || DEFAULT_CA_KEY
      const ofStream = credentials.stream && type === 'ConfigMap' ? stream.configMap(namespace, name)?.get(wanted) : undefined
      return ofStream ?? new TextDecoder().decode((await required(name, wanted, field)).reveal())
    },

    // They name roles and clients: the author's word, to be taken with the author's credentials only.
    serviceAccountAnnotations: async ({ name }) =>
      credentials.stream ? stream.serviceAccountAnnotations(namespace, name) : undefined,
    serviceAccountToken: ({ name }, field) => required(name, TOKEN_KEY, field),
    ...(credentials.ambient && { podToken: () => readPodToken() }),
  }
}

function notBound(rule: string, name: string, field: string): SecretError {
  return new SecretError(
    'AccessDenied',
    `rule ${quoteName(rule)} of the tenancy policy binds no credential ${quoteName(name)} to this store`,
    {
      place: { field },
      remedy: `have the administrator add ${quoteName(name)} to credentials.folder of the rule and mount it below --credentials`,
    },
  )
}

function checkGoogleKeyFile(value: SecretValue, field: string): void {
  if (typeOf(value) !== GOOGLE_KEY_FILE) throw googleRefusal(`a credential file that is not of type ${GOOGLE_KEY_FILE}`, field)
}

function googleRefusal(what: string, field: string): SecretError {
  return new SecretError('AccessDenied', `${what} is nothing that a store of Git may bring`, {
    place: { field },
    remedy: 'use the key of a service account, or have the administrator define the store under stores of the policy',
  })
}

function typeOf(value: SecretValue): unknown {
  try {
    const file: unknown = JSON.parse(new TextDecoder().decode(value.reveal()))
    return typeof file === 'object' && file !== null && 'type' in file ? file.type : undefined
  } catch {
    return undefined
  }
}
