import type { VaultAuth } from '../config-schema.ts'
import { authMount, escapedPath, loginPart } from '../paths.ts'
import type { LoginMethod } from './login-method.ts'
import { full, type StoreCredentials } from './store-credentials.ts'

type Method<Name extends keyof VaultAuth> = NonNullable<VaultAuth[Name]>

/** Vault's HTTP API, "AppRole auth method". */
export function appRoleLogin(auth: Method<'appRole'>, credentials: StoreCredentials): LoginMethod {
  return login('appRole', auth.path, 'login', async () => ({
    role_id:
      auth.roleRef && !auth.roleId?.trim()
        ? await credentials.token(auth.roleRef, 'auth.appRole.roleRef')
        : (auth.roleId ?? '').trim(),
    secret_id: await credentials.token(auth.secretRef, 'auth.appRole.secretRef'),
  }))
}

/** "Kubernetes auth method"; whose token it is, in the order of external-secrets.md 7.4. */
export function kubernetesLogin(auth: Method<'kubernetes'>, credentials: StoreCredentials): LoginMethod {
  const { serviceAccountRef, secretRef, role } = auth
  async function jwt(): Promise<string> {
    if (serviceAccountRef) return credentials.accountToken(serviceAccountRef, 'auth.kubernetes.serviceAccountRef')
    if (secretRef) return credentials.token(secretRef, 'auth.kubernetes.secretRef', 'token')
    return credentials.podToken('auth.kubernetes')
  }
  return login('kubernetes', auth.mountPath, 'login', async () => ({ role, jwt: await jwt() }))
}

/** "LDAP auth method" and "Userpass auth method". */
export function passwordLogin(name: 'ldap' | 'userPass', auth: Method<'ldap'>, credentials: StoreCredentials): LoginMethod {
  return login(name, auth.path, `login/${loginPart(auth.username, full(`auth.${name}.username`))}`, async () => ({
    password: auth.secretRef ? await credentials.text(auth.secretRef, `auth.${name}.secretRef`) : '',
  }))
}

/** The audience of a token that is asked for, unless the store names others (external-secrets.md 7.4). */
const JWT_AUDIENCES = ['vault']

/** "JWT/OIDC auth method", with a token. */
export function jwtLogin(auth: Method<'jwt'>, credentials: StoreCredentials): LoginMethod {
  const { secretRef, kubernetesServiceAccountToken: account, role } = auth
  async function jwt(): Promise<string> {
    if (secretRef) return credentials.token(secretRef, 'auth.jwt.secretRef')
    if (!account) return ''
    const field = 'auth.jwt.kubernetesServiceAccountToken.serviceAccountRef'
    return credentials.accountToken(account.serviceAccountRef, field, account.audiences ?? JWT_AUDIENCES)
  }
  return login('jwt', auth.path, 'login', async () => ({ ...(role !== undefined && { role }), jwt: await jwt() }))
}

/** "TLS certificates auth method": the connection carries the certificate. */
export function certificateLogin(auth: Method<'cert'>): LoginMethod {
  return login('cert', auth.path, 'login', async () => ({ ...(auth.vaultRole !== undefined && { name: auth.vaultRole }) }))
}

function login(
  name: keyof VaultAuth,
  mount: string,
  below: string,
  fields: () => Promise<Readonly<Record<string, string>>>,
): LoginMethod {
  const field = full(`auth.${name}`)
  const at = authMount(mount, field)
  return {
    field,
    mount: at,
    prepare: async () => ({ path: escapedPath(`${at}/${below}`), fields: await fields() }),
  }
}
