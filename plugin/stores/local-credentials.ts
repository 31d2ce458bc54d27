import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'
import type { SecretValue } from '../model/secret-value.ts'
import type { CredentialSource } from '../providers/credential-source.ts'
import type { CredentialsFolder } from './credentials-folder.ts'
import { readPodToken } from './pod-token.ts'
import { checkLabel } from './secret-label.ts'
import type { StreamObjects } from './stream-objects.ts'

/** Who asks: decides in which namespace a selector is looked up (external-secrets.md 5.3). */
export interface Asker {
  readonly storeKind: 'SecretStore' | 'ClusterSecretStore'
  /** Of the ExternalSecret that uses the store. */
  readonly namespace: string
}

/** The key of a mounted folder that holds a service account's token. */
export const TOKEN_KEY = 'token'
/** Where a CA bundle is when its selector names no key. */
export const DEFAULT_CA_KEY = 'ca.crt'

/**
 * Credentials of the command line (R4, `local` mode): Secrets of the stream first, then a mounted folder.
 * A SecretStore reads in the ExternalSecret's namespace whatever its selector says; a ClusterSecretStore where its selector says, else there too.
 */
export function localCredentials(asker: Asker, stream: StreamObjects, folder: CredentialsFolder | undefined): CredentialSource {
  const namespaceOf = (own: string | undefined): string =>
    asker.storeKind === 'ClusterSecretStore' && own ? own : asker.namespace

  async function lookUp(namespace: string, name: string, key: string): Promise<SecretValue | undefined> {
    return stream.secret(namespace, name)?.get(key) ?? (await folder?.read(namespace, name, key))
  }

  function missing(what: string, namespace: string, field: string): SecretError {
    const places = folder ? `the stream and ${folder.directory}/${namespace}` : 'the stream'
    return new SecretError('InvalidSpec', `no ${what} in namespace ${quoteName(namespace)}, looked for in ${places}`, {
      place: { field },
      remedy: 'add it to the stream, or mount it and name the folder by --credentials (DIR/NAMESPACE/NAME/KEY)',
    })
  }

  return {
    async secretKey({ name, namespace, key }, field) {
      const where = namespaceOf(namespace)
      const value = await lookUp(where, name, key)
      if (!value) throw missing(`key ${quoteName(key)} of a Secret ${quoteName(name)}`, where, field)
      return value
    },

    async labelledSecret({ name, namespace }, label, field) {
      const where = namespaceOf(namespace)
      const ofStream = stream.secret(where, name)
      if (ofStream) checkLabel(stream.secretLabels(where, name), name, label, field)
      // Who mounts a folder and names it on the command line says with it what a label says in a cluster.
      const data = ofStream ?? (await folder?.readAll(where, name))
      if (!data) throw missing(`Secret ${quoteName(name)}`, where, field)
      return data
    },

    async caBundle({ type, name, namespace, key }, field) {
      const where = namespaceOf(namespace)
      const wanted = key || DEFAULT_CA_KEY
      const text =
        type === 'ConfigMap'
          ? stream.configMap(where, name)?.get(wanted)
          : new TextDecoder().decode((await lookUp(where, name, wanted))?.reveal())
      if (!text) throw missing(`key ${quoteName(wanted)} of a ${type} ${quoteName(name)}`, where, field)
      return text
    },

    serviceAccountAnnotations: async ({ name, namespace }) => stream.serviceAccountAnnotations(namespaceOf(namespace), name),

    async serviceAccountToken({ name, namespace }, field) {
      const where = namespaceOf(namespace)
      const token = await lookUp(where, name, TOKEN_KEY)
      if (!token) throw missing(`token of the ServiceAccount ${quoteName(name)} (key "${TOKEN_KEY}")`, where, field)
      return token
    },

    podToken: () => readPodToken(),
  }
}
