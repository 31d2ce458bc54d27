import type { FieldPath } from '../../model/field-path.ts'
import { quoteName } from '../../model/quote-name.ts'
import { isHeaderName, isHeaderValue } from '../http-header.ts'
import type { VaultAuth, VaultConfig } from './config-schema.ts'

export interface ConfigProblem {
  /** Within `spec.provider.vault`. */
  readonly path: FieldPath
  readonly message: string
}

/** What no schema of single fields can say (external-secrets.md 7.4): a configuration with a problem can never work. */
export function checkVaultConfig(config: VaultConfig): readonly ConfigProblem[] {
  return [
    ...serverProblems(config.server),
    ...headerProblems(config.headers ?? {}),
    ...tlsProblems(config),
    ...authProblems(config.auth),
  ]
}

function serverProblems(server: string): readonly ConfigProblem[] {
  const url = URL.canParse(server) ? new URL(server) : undefined
  const isHttp = url?.protocol === 'https:' || url?.protocol === 'http:'
  // An empty query would take in the path that follows.
  const isPlain = url?.username === '' && url.password === '' && !/[?#]/.test(server)
  return isHttp && isPlain ? [] : [{ path: ['server'], message: 'must be a URL like https://vault.example.com:8200' }]
}

function headerProblems(headers: Readonly<Record<string, string>>): readonly ConfigProblem[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    return isHeaderName(name) && isHeaderValue(value)
      ? []
      : [{ path: ['headers', name], message: `${quoteName(name)} cannot be sent as a header` }]
  })
}

function tlsProblems({ tls, checkAndSet, version }: VaultConfig): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = []
  if (Boolean(tls?.certSecretRef) !== Boolean(tls?.keySecretRef)) {
    problems.push({ path: ['tls'], message: 'certSecretRef and keySecretRef must be given together' })
  }
  if (checkAndSet?.required && version === 'v1') {
    problems.push({ path: ['checkAndSet', 'required'], message: 'needs version v2' })
  }
  return problems
}

function authProblems(auth: VaultAuth | undefined): readonly ConfigProblem[] {
  const { appRole, ldap, userPass, jwt, cert, iam } = auth ?? {}
  const keys = iam?.secretRef
  return [
    ...needed(appRole && !appRole.roleId?.trim() && !appRole.roleRef, 'appRole', 'needs roleId or roleRef'),
    ...needed(ldap && !ldap.secretRef, 'ldap', 'needs secretRef'),
    ...needed(userPass && !userPass.secretRef, 'userPass', 'needs secretRef'),
    ...needed(
      jwt && !jwt.secretRef && !jwt.kubernetesServiceAccountToken,
      'jwt',
      'needs secretRef or kubernetesServiceAccountToken',
    ),
    ...needed(cert && !(cert.clientCert && cert.secretRef), 'cert', 'needs clientCert and secretRef'),
    ...needed(
      keys && !(keys.accessKeyIDSecretRef && keys.secretAccessKeySecretRef),
      'iam',
      'secretRef needs accessKeyIDSecretRef and secretAccessKeySecretRef',
    ),
  ]
}

function needed(isMissing: boolean | undefined, method: keyof VaultAuth, message: string): readonly ConfigProblem[] {
  return isMissing ? [{ path: ['auth', method], message }] : []
}
