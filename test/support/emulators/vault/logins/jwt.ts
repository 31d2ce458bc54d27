import type { TokenOptions } from '../token-store.ts'
import { VaultFailure } from '../vault-exchange.ts'
import { expectLogin, type LoginMethod, textField } from './login-method.ts'
import { hasAudience, verifiedClaims } from './signed-token.ts'

export interface JwtRole extends TokenOptions {
  readonly boundAudiences: readonly string[]
  readonly boundSubject?: string
}

export interface JwtLoginOptions {
  /** PEM of the public keys that sign the tokens. */
  readonly keys: readonly string[]
  readonly roles: Readonly<Record<string, JwtRole>>
  /** Taken when the request names none. */
  readonly defaultRole?: string
  readonly now: () => number
}

export function jwtLogin(options: JwtLoginOptions): LoginMethod {
  return {
    type: 'jwt',
    login(request, path) {
      expectLogin(request, path)
      const name = textField(request, 'role') || options.defaultRole
      if (name === undefined) throw new VaultFailure(400, 'missing role')
      const role = options.roles[name]
      if (!role) throw new VaultFailure(400, `role "${name}" could not be found`)
      const claims = verifiedClaims(textField(request, 'jwt'), options.keys, options.now())
      if (!claims)
        throw new VaultFailure(
          400,
          'error validating token: error verifying token signature: no known key successfully validated the token signature',
        )
      if (!hasAudience(claims, role.boundAudiences))
        throw new VaultFailure(
          400,
          'error validating token: invalid audience (aud) claim: audience claim does not match any bound audience',
        )
      if (role.boundSubject !== undefined && claims.sub !== role.boundSubject)
        throw new VaultFailure(400, 'error validating token: invalid subject (sub) claim')
      return { token: { displayName: `jwt-${claims.sub ?? ''}`, ...role }, metadata: { role: name } }
    },
  }
}
