/** What is wrong with fields together; `path` is below `spec.provider.azurekv`. */
export interface ConfigProblem {
  readonly path: readonly string[]
  readonly message: string
}

/** The fields that rules look at; {@link azureKvConfig} has them all. */
export interface CheckedConfig {
  readonly vaultUrl: string
  readonly authType: string
  readonly tenantId?: string | undefined
  readonly authSecretRef?: { readonly [F in SecretField]?: { readonly key?: string | undefined } | undefined } | undefined
  readonly environmentType: string
  readonly useAzureSDK: boolean
  readonly customCloudConfig?:
    | { readonly activeDirectoryEndpoint: string; readonly keyVaultEndpoint?: string | undefined }
    | undefined
}

type SecretField = (typeof SECRET_FIELDS)[number]
const SECRET_FIELDS = ['clientId', 'tenantId', 'clientSecret', 'clientCertificate'] as const

/** The rules between fields (external-secrets.md 7.2, "Errors"), each said where the missing or superfluous field is. */
export function checkAzureKvConfig(config: CheckedConfig): readonly ConfigProblem[] {
  return [
    ...url(config.vaultUrl, ['vaultUrl']),
    ...(config.authType === 'ServicePrincipal' ? servicePrincipal(config) : []),
    ...selectorsWithoutKey(config),
    ...customCloud(config),
  ]
}

function servicePrincipal({ tenantId, authSecretRef }: CheckedConfig): ConfigProblem[] {
  const problems: ConfigProblem[] = []
  if (!tenantId) problems.push({ path: ['tenantId'], message: 'is required for the authType ServicePrincipal' })
  if (!authSecretRef) {
    return [...problems, { path: ['authSecretRef'], message: 'is required for the authType ServicePrincipal' }]
  }
  const { clientId, clientSecret, clientCertificate } = authSecretRef
  if (!clientId) problems.push({ path: ['authSecretRef', 'clientId'], message: 'is required for the authType ServicePrincipal' })
  if (!clientSecret && !clientCertificate) {
    problems.push({ path: ['authSecretRef'], message: 'needs either clientSecret or clientCertificate' })
  }
  if (clientSecret && clientCertificate) {
    problems.push({ path: ['authSecretRef', 'clientCertificate'], message: 'cannot be given together with clientSecret' })
  }
  return problems
}

function selectorsWithoutKey({ authSecretRef = {} }: CheckedConfig): ConfigProblem[] {
  return SECRET_FIELDS.flatMap((field) => {
    const selector = authSecretRef[field]
    return selector && !selector.key ? [{ path: ['authSecretRef', field, 'key'], message: 'is required' }] : []
  })
}

function customCloud({ environmentType, useAzureSDK, customCloudConfig }: CheckedConfig): ConfigProblem[] {
  if (environmentType !== 'AzureStackCloud') {
    return customCloudConfig ? [{ path: ['customCloudConfig'], message: 'is only for the environmentType AzureStackCloud' }] : []
  }
  const problems: ConfigProblem[] = []
  if (!useAzureSDK) problems.push({ path: ['useAzureSDK'], message: 'must be true for the environmentType AzureStackCloud' })
  if (!customCloudConfig) {
    return [...problems, { path: ['customCloudConfig'], message: 'is required for the environmentType AzureStackCloud' }]
  }
  const { activeDirectoryEndpoint, keyVaultEndpoint } = customCloudConfig
  return [
    ...problems,
    ...url(activeDirectoryEndpoint, ['customCloudConfig', 'activeDirectoryEndpoint']),
    ...(keyVaultEndpoint === undefined ? [] : url(keyVaultEndpoint, ['customCloudConfig', 'keyVaultEndpoint'])),
  ]
}

/** Tokens and client secrets travel to it: never without TLS. */
function url(text: string, path: readonly string[]): ConfigProblem[] {
  const parsed = URL.parse(text)
  const good = parsed?.protocol === 'https:' && parsed.username === '' && parsed.search === '' && parsed.hash === ''
  return good ? [] : [{ path, message: 'must be an https URL without credentials, query or fragment' }]
}
