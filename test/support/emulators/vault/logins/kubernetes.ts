import type { TokenOptions } from '../token-store.ts'
import { permissionDenied, VaultFailure } from '../vault-exchange.ts'
import { expectLogin, type LoginMethod, textField } from './login-method.ts'
import { hasAudience, verifiedClaims } from './signed-token.ts'

export interface KubernetesRole extends TokenOptions {
  /** `*` allows all. */
  readonly serviceAccounts: readonly string[]
  readonly namespaces: readonly string[]
  readonly audience?: string
}

export interface KubernetesLoginOptions {
  /** PEM of the public keys of the cluster's token issuer; they stand in for its TokenReview. */
  readonly keys: readonly string[]
  readonly roles: Readonly<Record<string, KubernetesRole>>
  readonly now: () => number
}

export function kubernetesLogin(options: KubernetesLoginOptions): LoginMethod {
  return {
    type: 'kubernetes',
    login(request, path) {
      expectLogin(request, path)
      const name = textField(request, 'role')
      const jwt = textField(request, 'jwt')
      if (name === '') throw new VaultFailure(400, 'missing role')
      if (jwt === '') throw new VaultFailure(400, 'missing jwt')
      const role = options.roles[name]
      if (!role) throw new VaultFailure(400, `invalid role name "${name}"`)
      const claims = verifiedClaims(jwt, options.keys, options.now())
      if (!claims) throw permissionDenied()
      const [, namespace = '', account = ''] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(claims.sub ?? '') ?? []
      if (!allows(role.namespaces, namespace)) throw new VaultFailure(403, 'namespace not authorized')
      if (!allows(role.serviceAccounts, account)) throw new VaultFailure(403, 'service account name not authorized')
      if (role.audience !== undefined && !hasAudience(claims, [role.audience]))
        throw new VaultFailure(403, 'invalid audience (aud) claim')
      return {
        token: { displayName: `kubernetes-${namespace}-${account}`, ...role },
        metadata: { role: name, service_account_name: account, service_account_namespace: namespace },
      }
    },
  }
}

function allows(bound: readonly string[], name: string): boolean {
  return name !== '' && (bound.includes('*') || bound.includes(name))
}
