import { NOT_IMPLEMENTED } from '../../../model/not-implemented.ts'
import { SecretError } from '../../../model/secret-error.ts'
import type { OpenContext } from '../../provider.ts'
import type { VaultAuth } from '../config-schema.ts'
import { awsIamLogin } from './aws-iam-login.ts'
import type { LoginMethod } from './login-method.ts'
import { appRoleLogin, certificateLogin, jwtLogin, kubernetesLogin, passwordLogin } from './simple-logins.ts'
import { full, type StoreCredentials } from './store-credentials.ts'

/** How requests get their token: not at all, a given one, or by a login. */
export type Authentication = { readonly kind: 'none' } | { readonly kind: 'token'; readonly token: string } | LoginAuthentication

export interface LoginAuthentication {
  readonly kind: 'login'
  readonly method: LoginMethod
}

/** The first method that the store names, in the order of external-secrets.md 7.4. Throws SecretError InvalidSpec when it names none. */
export async function chooseAuthentication(
  auth: VaultAuth | undefined,
  credentials: StoreCredentials,
  context: OpenContext,
): Promise<Authentication> {
  if (!auth) return { kind: 'none' }
  if (auth.tokenSecretRef) return { kind: 'token', token: await credentials.token(auth.tokenSecretRef, 'auth.tokenSecretRef') }
  return { kind: 'login', method: loginOf(auth, credentials, context) }
}

function loginOf(auth: VaultAuth, credentials: StoreCredentials, context: OpenContext): LoginMethod {
  if (auth.appRole) return appRoleLogin(auth.appRole, credentials)
  if (auth.kubernetes) return kubernetesLogin(auth.kubernetes, credentials)
  if (auth.ldap) return passwordLogin('ldap', auth.ldap, credentials)
  if (auth.userPass) return passwordLogin('userPass', auth.userPass, credentials)
  if (auth.jwt) return jwtLogin(auth.jwt, credentials)
  if (auth.cert) return certificateLogin(auth.cert)
  if (auth.iam) return awsIamLogin(auth.iam, credentials, context)
  if (auth.gcp) {
    throw new SecretError('InvalidSpec', `login by gcp ${NOT_IMPLEMENTED}`, {
      place: { field: full('auth.gcp') },
      remedy: 'use another auth method: jwt with a token of the ServiceAccount, for example',
    })
  }
  throw new SecretError('InvalidSpec', 'auth names no method to log in', {
    place: { field: full('auth') },
    remedy:
      'name one: tokenSecretRef, appRole, kubernetes, ldap, userPass, jwt, cert or iam; or leave auth out where a Vault agent adds the token',
  })
}
