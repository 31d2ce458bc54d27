import { isKubeError } from '../../kube/kube-error.ts'
import { quoteName } from '../../model/quote-name.ts'
import { SecretError } from '../../model/secret-error.ts'
import type { SecretValue } from '../../model/secret-value.ts'
import type { CredentialSource } from '../../providers/credential-source.ts'
import { type Asker, DEFAULT_CA_KEY } from '../../stores/local-credentials.ts'
import { readPodToken } from '../../stores/pod-token.ts'
import { checkLabel } from '../../stores/secret-label.ts'
import type { ClusterObjectReads, FreshAsking } from './cluster-objects.ts'

/**
 * Credentials of a store, out of the cluster (external-secrets.md 5.3). A SecretStore has those of its own namespace, whatever its selectors say; a
 * ClusterSecretStore those of the namespace that the selector names, else of the ExternalSecret's. Throws SecretError InvalidSpec, AccessDenied or
 * Unavailable.
 *
 * @param asking how old they may be, those that are kept otherwise
 */
export function clusterCredentials(
  { storeKind, namespace: own }: Asker,
  objects: ClusterObjectReads,
  asking: FreshAsking = {},
): CredentialSource {
  const namespaceOf = (named: string | undefined): string => (storeKind === 'ClusterSecretStore' && named ? named : own)

  async function secretKey(namespace: string, name: string, key: string, field: string): Promise<SecretValue> {
    const data = await asked(() => objects.secret(namespace, name, asking), `Secret ${quoteName(name)}`, namespace, field)
    if (!data) throw missing(`cannot get Kubernetes secret ${quoteName(name)} from namespace ${quoteName(namespace)}`, field)
    const value = data.get(key)
    if (!value) throw missing(`cannot find secret data for key: ${quoteName(key)} of Secret ${quoteName(name)}`, field)
    return value
  }

  async function configMapKey(namespace: string, name: string, key: string, field: string): Promise<string> {
    const data = await asked(() => objects.configMap(namespace, name, asking), `ConfigMap ${quoteName(name)}`, namespace, field)
    const text = data?.get(key)
    if (!text) throw missing(`failed to get caProvider configMap ${quoteName(name)} -> ${quoteName(key)}`, field)
    return text
  }

  return {
    secretKey: ({ name, namespace, key }, field) => secretKey(namespaceOf(namespace), name, key, field),

    async labelledSecret({ name, namespace }, label, field) {
      if (storeKind === 'ClusterSecretStore' && !namespace) throw missing('cluster scope requires namespace', field)
      const where = namespaceOf(namespace)
      const [data, labels] = await asked(
        () => Promise.all([objects.secret(where, name, asking), objects.secretLabels(where, name)]),
        `Secret ${quoteName(name)}`,
        where,
        field,
      )
      if (!data) throw missing(`cannot get Kubernetes secret ${quoteName(name)} from namespace ${quoteName(where)}`, field)
      checkLabel(labels, name, label, field)
      return data
    },

    async caBundle({ type, name, namespace, key }, field) {
      if (storeKind === 'ClusterSecretStore' && !namespace) throw missing('missing namespace on caProvider secret', field)
      const where = namespaceOf(namespace)
      const wanted = key || DEFAULT_CA_KEY
      if (type === 'ConfigMap') return configMapKey(where, name, wanted, field)
      return new TextDecoder().decode((await secretKey(where, name, wanted, field)).reveal())
    },

    serviceAccountAnnotations: ({ name, namespace }, field) => {
      const where = namespaceOf(namespace)
      return asked(() => objects.serviceAccountAnnotations(where, name), `ServiceAccount ${quoteName(name)}`, where, field)
    },

    serviceAccountToken: ({ name, namespace, audiences }, field) => {
      const where = namespaceOf(namespace)
      const what = `token of ServiceAccount ${quoteName(name)}`
      return asked(() => objects.serviceAccountToken(where, name, audiences ?? []), what, where, field)
    },

    podToken: () => readPodToken(),
  }
}

/** What the API server refuses, as what it means for a store. */
async function asked<T>(look: () => Promise<T>, what: string, namespace: string, field: string): Promise<T> {
  try {
    return await look()
  } catch (thrown) {
    if (!isKubeError(thrown)) throw thrown
    const kind = thrown.reason === 'NotFound' ? 'InvalidSpec' : thrown.status === 403 ? 'AccessDenied' : 'Unavailable'
    throw new SecretError(kind, `cannot get ${what} from namespace ${quoteName(namespace)}: ${thrown.reason}`, {
      place: { field },
      ...(kind === 'AccessDenied' && { remedy: 'let the controller read it: see its ClusterRole' }),
    })
  }
}

function missing(message: string, field: string): SecretError {
  return new SecretError('InvalidSpec', message, { place: { field } })
}
