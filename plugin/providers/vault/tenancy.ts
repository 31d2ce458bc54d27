import type { RemoteRef } from '../../model/remote-ref.ts'
import { canonicalPath, canonicalUrl, configFacts, urlHost } from '../config-facts.ts'
import type { StoreTenancy } from '../provider.ts'
import type { VaultAuth, VaultConfig } from './config-schema.ts'
import { type KvMount, pathOf } from './paths.ts'

/** References to credentials are bound by the rule's `credentials`. */
const CREDENTIALS = [
  'auth.tokenSecretRef',
  'auth.appRole.roleRef',
  'auth.appRole.secretRef',
  'auth.kubernetes.serviceAccountRef',
  'auth.kubernetes.secretRef',
  'auth.ldap.secretRef',
  'auth.userPass.secretRef',
  'auth.jwt.secretRef',
  'auth.jwt.kubernetesServiceAccountToken',
  'auth.cert.clientCert',
  'auth.cert.secretRef',
  'auth.iam.secretRef',
  'auth.iam.jwt.serviceAccountRef',
  'auth.gcp.secretRef',
  'auth.gcp.workloadIdentity.serviceAccountRef',
  'auth.gcp.serviceAccountRef',
  'tls',
]
/** What proxies, Vault and we might read in two ways, or nobody sees: never part of an ordinary key. Nor are dots and slashes of full width. */
const DOUBTFUL = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}%\\?#]|^\s|\s$/u

/** Where auth methods are mounted; their names are asked for with slashes at the ends or without. */
const MOUNTS = ['appRole.path', 'kubernetes.mountPath', 'ldap.path', 'userPass.path', 'jwt.path', 'cert.path', 'iam.path'].map(
  (path) => `auth.${path}`,
)

export const vaultTenancy: StoreTenancy<VaultConfig> = {
  facts: (config) =>
    configFacts(config, {
      harmless: [...CREDENTIALS, 'readYourWrites', 'forwardInconsistent', 'checkAndSet'],
      given: ['caBundle', 'caProvider'],
      canonical: {
        server: canonicalUrl,
        path: trimmed,
        namespace: canonicalPath,
        'auth.namespace': canonicalPath,
        ...Object.fromEntries(MOUNTS.map((mount) => [mount, canonicalPath])),
      },
    }),
  defaults: {
    // The same mount read as version 1 has other paths, so a pattern for keys would mean something else.
    version: 'v2',
    'auth.appRole.path': 'approle',
    'auth.kubernetes.mountPath': 'kubernetes',
    'auth.ldap.path': 'ldap',
    'auth.userPass.path': 'userpass',
    'auth.jwt.path': 'jwt',
    'auth.cert.path': 'cert',
    'auth.iam.path': 'aws',
    'auth.iam.region': 'us-east-1',
    'auth.gcp.path': 'gcp',
  },
  hosts: ({ server }) => [urlHost(server)],
  usesAmbientIdentity: ({ auth }) => auth === undefined || isOfThisProcess(auth),
  /**
   * `MOUNT/KEY` without the `data` of version 2 where the store names the mount; where it does not, the whole path below `/v1/`, `data` included, since
   * only the author knows where the mount ends.
   */
  canonicalKey({ path, version }, ref) {
    if (DOUBTFUL.test(ref.key) || ref.key.normalize('NFKC') !== ref.key) return undefined
    const whole = pathOrNothing({ path, version }, ref)
    if (whole === undefined || path === undefined || version === 'v1') return whole
    const mount = trimmed(path)
    const inner = `${mount}/${ref.part === 'metadata' ? 'metadata' : 'data'}/`
    return whole.startsWith(inner) ? `${mount}/${whole.slice(inner.length)}` : undefined
  },
}

/** In the order of login/choose-login.ts. Without `auth` it is a Vault agent that adds its token: the administrator's. */
function isOfThisProcess(auth: VaultAuth): boolean {
  const { kubernetes, iam } = auth
  if (auth.tokenSecretRef || auth.appRole) return false
  if (kubernetes) return !kubernetes.serviceAccountRef && !kubernetes.secretRef
  if (auth.ldap || auth.userPass || auth.jwt || auth.cert) return false
  const keys = iam?.secretRef
  return !iam?.jwt?.serviceAccountRef && !(keys?.accessKeyIDSecretRef && keys.secretAccessKeySecretRef)
}

function pathOrNothing(mount: KvMount, ref: RemoteRef): string | undefined {
  try {
    return pathOf(mount, ref)
  } catch {
    return undefined
  }
}

/** Slashes at the ends, and several together, are nothing to Vault. */
function trimmed(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '')
    .join('/')
}
