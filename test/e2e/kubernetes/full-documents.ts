import { fullExternalSecret } from '../../unit/api/full-external-secret.ts'

/** An object of ours, as a manifest would have it. */
export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly spec?: Readonly<Record<string, unknown>>
}

const secretRef = { name: 'credentials', namespace: 'default', key: 'value' }
const serviceAccountRef = { name: 'reader', namespace: 'default', audiences: ['sts.example.com'] }
const caProvider = { type: 'ConfigMap', name: 'authorities', namespace: 'default', key: 'ca.crt' }
const accessKeys = { accessKeyIDSecretRef: secretRef, secretAccessKeySecretRef: secretRef, sessionTokenSecretRef: secretRef }
const namespaceSelector = {
  matchLabels: { team: 'shop' },
  matchExpressions: [{ key: 'tier', operator: 'In', values: ['gold'] }],
}
const workloadIdentity = { serviceAccountRef, clusterLocation: 'europe-west1', clusterName: 'main', clusterProjectID: 'shop' }

const aws = {
  service: 'SecretsManager',
  region: 'eu-central-1',
  auth: { secretRef: accessKeys, jwt: { serviceAccountRef } },
  role: 'arn:aws:iam::111122223333:role/reader',
  additionalRoles: ['arn:aws:iam::111122223333:role/hub'],
  externalID: 'external',
  sessionTags: [{ key: 'team', value: 'shop' }],
  sessionTagsPolicy: 'Custom',
  customSessionTags: { tier: 'gold' },
  transitiveTagKeys: ['team'],
  prefix: 'shop/',
  secretsManager: { forceDeleteWithoutRecovery: false, recoveryWindowInDays: 7 },
}

const azureSecret = {
  vaultUrl: 'https://shop.vault.azure.net',
  authType: 'ServicePrincipal',
  tenantId: 'tenant',
  authSecretRef: { clientId: secretRef, tenantId: secretRef, clientSecret: secretRef },
  serviceAccountRef,
  identityId: 'identity',
  environmentType: 'PublicCloud',
  useAzureSDK: false,
}

const azureStack = {
  ...azureSecret,
  authSecretRef: { clientId: secretRef, clientCertificate: secretRef },
  environmentType: 'AzureStackCloud',
  useAzureSDK: true,
  customCloudConfig: {
    activeDirectoryEndpoint: 'https://login.local.example/',
    keyVaultEndpoint: 'https://vault.local.example/',
    keyVaultDNSSuffix: 'vault.local.example',
    resourceManagerEndpoint: 'https://management.local.example/',
  },
}

const gcpsm = {
  auth: {
    secretRef: { secretAccessKeySecretRef: secretRef },
    workloadIdentity,
    workloadIdentityFederation: {
      credConfig: { name: 'federation', key: 'config.json', namespace: 'default' },
      serviceAccountRef,
      awsSecurityCredentials: {
        region: 'eu-central-1',
        awsCredentialsSecretRef: { name: 'aws', namespace: 'default' },
      },
      audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q',
      externalTokenEndpoint: 'https://token.example.com',
      gcpServiceAccountEmail: 'reader@shop.iam.gserviceaccount.com',
    },
  },
  projectID: 'shop',
  location: 'europe-west1',
  secretVersionSelectionPolicy: 'LatestOrFetch',
}

const vault = {
  server: 'https://vault.example.com:8200',
  path: 'secret',
  version: 'v2',
  namespace: 'shop',
  headers: { 'X-Team': 'shop' },
  readYourWrites: true,
  forwardInconsistent: true,
  caBundle: 'UEVN',
  caProvider,
  tls: { certSecretRef: secretRef, keySecretRef: secretRef },
  checkAndSet: { required: true },
  auth: {
    namespace: 'logins',
    tokenSecretRef: secretRef,
    appRole: { path: 'approle', roleId: 'role', roleRef: secretRef, secretRef },
    kubernetes: { mountPath: 'kubernetes', role: 'reader', serviceAccountRef, secretRef },
    ldap: { path: 'ldap', username: 'reader', secretRef },
    userPass: { path: 'userpass', username: 'reader', secretRef },
    jwt: {
      path: 'jwt',
      role: 'reader',
      secretRef,
      kubernetesServiceAccountToken: { serviceAccountRef, audiences: ['vault'], expirationSeconds: 600 },
    },
    cert: { path: 'cert', vaultRole: 'reader', clientCert: secretRef, secretRef },
    iam: {
      path: 'aws',
      region: 'us-east-1',
      vaultRole: 'reader',
      role: 'arn:aws:iam::111122223333:role/reader',
      externalID: 'external',
      vaultAwsIamServerID: 'vault.example.com',
      secretRef: accessKeys,
      jwt: { serviceAccountRef },
    },
    gcp: {
      path: 'gcp',
      role: 'reader',
      projectID: 'shop',
      location: 'europe-west1',
      secretRef: { secretAccessKeySecretRef: secretRef },
      workloadIdentity,
      serviceAccountRef,
    },
  },
}

const webhook = {
  url: 'https://secrets.example.com/{{ .remoteRef.key }}',
  method: 'POST',
  headers: { Authorization: 'Bearer {{ .login.token }}' },
  body: '{{ .remoteRef.property }}',
  timeout: '10s',
  result: { jsonPath: '$.data' },
  secrets: [{ name: 'login', secretRef }],
  auth: { ntlm: { usernameSecret: secretRef, passwordSecret: secretRef } },
  caBundle: 'UEVN',
  caProvider,
}

/** A store has one way to log in. */
const kubernetes = (login: object): object => ({
  server: { url: 'https://kubernetes.default', caBundle: 'UEVN', caProvider },
  ...login,
  remoteNamespace: 'shared',
})

const fake = { data: [{ key: 'k', value: 'v', version: 'v1' }], validationResult: 0 }

function store(provider: object): Manifest {
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ClusterSecretStore',
    metadata: { name: 'full' },
    spec: {
      controller: 'ours',
      provider,
      retrySettings: { maxRetries: 3, retryInterval: '10s' },
      refreshInterval: 60,
      conditions: [
        {
          namespaceSelector,
          namespaces: ['shop'],
          namespaceRegexes: ['^shop-'],
        },
      ],
    },
  }
}

function externalSecret(change: object = {}): Manifest {
  const { apiVersion, kind, spec } = fullExternalSecret()
  return { apiVersion, kind, metadata: { name: 'full', namespace: 'default' }, spec: { ...spec, ...change } }
}

/** Valid objects that have, taken together, every field of the kinds and providers that are served; none is refused by a rule between fields. */
export const fullDocuments: ReadonlyMap<string, Manifest> = new Map([
  ['ExternalSecret', externalSecret()],
  [
    'ExternalSecret for another kind of object, from a generator',
    externalSecret({
      target: { creationPolicy: 'Orphan', manifest: { apiVersion: 'v1', kind: 'ConfigMap' } },
      data: [
        {
          secretKey: 'k',
          remoteRef: { key: 'k' },
          sourceRef: { generatorRef: { apiVersion: 'generators.external-secrets.io/v1alpha1', kind: 'UUID', name: 'id' } },
        },
      ],
      dataFrom: [
        {
          extract: {
            key: 'k',
            property: 'p',
            version: 'v',
            metadataPolicy: 'None',
            conversionStrategy: 'Default',
            decodingStrategy: 'None',
            nullBytePolicy: 'Ignore',
          },
          sourceRef: { storeRef: { name: 'other', kind: 'SecretStore' } },
        },
        {
          find: { path: 'p', conversionStrategy: 'Default', decodingStrategy: 'None', nullBytePolicy: 'Ignore' },
        },
        {
          sourceRef: { generatorRef: { apiVersion: 'generators.external-secrets.io/v1alpha1', kind: 'UUID', name: 'id' } },
        },
      ],
    }),
  ],
  [
    'ClusterExternalSecret',
    {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ClusterExternalSecret',
      metadata: { name: 'full' },
      spec: {
        externalSecretSpec: { secretStoreRef: { name: 'main' }, dataFrom: [{ extract: { key: 'k' } }] },
        externalSecretName: 'full',
        externalSecretMetadata: { labels: { team: 'shop' }, annotations: { note: 'n' } },
        namespaceSelector,
        namespaceSelectors: [namespaceSelector],
        namespaces: ['shop'],
        refreshTime: '1h',
      },
    },
  ],
  ['store of aws', store({ aws })],
  ['store of azurekv with a client secret', store({ azurekv: azureSecret })],
  ['store of azurekv on an Azure Stack', store({ azurekv: azureStack })],
  ['store of gcpsm', store({ gcpsm })],
  ['store of vault', store({ vault })],
  ['store of kubernetes by an account', store({ kubernetes: kubernetes({ auth: { serviceAccount: serviceAccountRef } }) })],
  ['store of kubernetes by a token', store({ kubernetes: kubernetes({ auth: { token: { bearerToken: secretRef } } }) })],
  [
    'store of kubernetes by a certificate',
    store({ kubernetes: kubernetes({ auth: { cert: { clientCert: secretRef, clientKey: secretRef } } }) }),
  ],
  ['store of kubernetes by a kubeconfig', store({ kubernetes: kubernetes({ authRef: secretRef }) })],
  ['store of webhook', store({ webhook })],
  ['store of fake', store({ fake })],
  ['store of a provider that is not served', store({ akeyless: { akeylessGWApiURL: 'https://a.example', authSecretRef: {} } })],
])
