import { SecretError } from '../../model/secret-error.ts'

export type AwsService = 'SecretsManager' | 'ParameterStore' | 'TokenService' | 'ContainerRegistry' | 'PublicRegistry' | 'Queue'

/** In this order: the SDK's variable of the service, ESO's (external-secrets.md 7.1), the SDK's for all services. */
const VARIABLES: Readonly<Record<AwsService, readonly string[]>> = {
  SecretsManager: ['AWS_ENDPOINT_URL_SECRETS_MANAGER', 'AWS_SECRETSMANAGER_ENDPOINT', 'AWS_ENDPOINT_URL'],
  ParameterStore: ['AWS_ENDPOINT_URL_SSM', 'AWS_SSM_ENDPOINT', 'AWS_ENDPOINT_URL'],
  Queue: ['AWS_ENDPOINT_URL_SQS', 'AWS_ENDPOINT_URL'],
  TokenService: ['AWS_ENDPOINT_URL_STS', 'AWS_STS_ENDPOINT', 'AWS_ENDPOINT_URL'],
  ContainerRegistry: ['AWS_ENDPOINT_URL_ECR', 'AWS_ECR_ENDPOINT', 'AWS_ENDPOINT_URL'],
  PublicRegistry: ['AWS_ENDPOINT_URL_ECR_PUBLIC', 'AWS_ECR_PUBLIC_ENDPOINT', 'AWS_ENDPOINT_URL'],
}

/**
 * Where the service is, when the process's environment says so (R5: never a store); else the SDK takes the cloud's own address for the region.
 * Throws SecretError InvalidSpec for what is no URL.
 */
export function endpointFor(service: AwsService, environment: ReadonlyMap<string, string>): string | undefined {
  if (environment.get('AWS_IGNORE_CONFIGURED_ENDPOINT_URLS') === 'true') return undefined
  const variable = VARIABLES[service].find((name) => environment.get(name))
  if (!variable) return undefined
  const text = environment.get(variable) ?? ''
  const { protocol } = URL.parse(text) ?? {}
  if (protocol === 'https:' || protocol === 'http:') return text
  throw new SecretError('InvalidSpec', `the environment variable ${variable} is no http or https URL`, {
    remedy: 'correct it in the environment of this process',
  })
}
