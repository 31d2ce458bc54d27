import { SecretValue } from '../../model/secret-value.ts'
import type { RegistryToken } from './api.ts'
import { AwsFailure } from './aws-failure.ts'

interface AuthorizationData {
  readonly authorizationToken?: string | undefined
  readonly expiresAt?: Date | undefined
  readonly proxyEndpoint?: string | undefined
}

/** The token is `USER:PASSWORD` in base64 (Amazon ECR API reference, AuthorizationData). */
export function registryToken(data: AuthorizationData | undefined): RegistryToken {
  const { authorizationToken = '', expiresAt, proxyEndpoint } = data ?? {}
  const [username, ...password] = Buffer.from(authorizationToken, 'base64').toString('utf8').split(':')
  if (!username || password.length === 0 || !expiresAt) throw new AwsFailure('UnreadableAnswer')
  return { username, password: SecretValue.fromText(password.join(':')), expiresAtMs: expiresAt.getTime(), proxyEndpoint }
}
