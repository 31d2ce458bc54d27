/** ESO's names of a provider and of the call by which it reads a secret (external-secrets.md 4.16). */
export interface ApiCall {
  readonly provider: string
  readonly call: string
}

/** By `spec.provider.<id>`, and the service where one provider has several. */
const API_CALLS: Readonly<Record<string, ApiCall>> = {
  'aws/SecretsManager': { provider: 'AWS/SecretsManager', call: 'GetSecretValue' },
  'aws/ParameterStore': { provider: 'AWS/ParameterStore', call: 'GetParameter' },
  azurekv: { provider: 'Azure/KeyVault', call: 'GetSecret' },
  gcpsm: { provider: 'GCP/SecretManager', call: 'AccessSecretVersion' },
  vault: { provider: 'HashiCorp/Vault', call: 'ReadSecretData' },
  kubernetes: { provider: 'Kubernetes', call: 'GetSecret' },
  webhook: { provider: 'Webhook', call: 'HTTPRequest' },
}

/** Of providers for which ESO counts nothing, their own name. */
export function apiCallOf(provider: string): ApiCall {
  return API_CALLS[provider] ?? { provider, call: 'GetSecret' }
}
