import './jitless.ts'
import * as z from 'zod'
import { knownOnly } from './known-only.ts'
import { caProvider, secretKeySelector, serviceAccountSelector } from './selectors.ts'

// The notation of external-secrets.md, Appendix B: S{}, SA{}, CA{} and V{}, and text.
const secret = secretKeySelector
const secretOrNot = secret.optional()
const account = serviceAccountSelector
const text = z.string()
const textOrNot = text.optional()
const flag = z.boolean().optional()
const seconds = z.int().optional()
const value = z.object({ value: textOrNot, secretRef: secretOrNot })
/** The server's authorities. */
const ca = { caBundle: textOrNot, caProvider: caProvider.optional() }

/** Logs in as a ServiceAccount whose token is exchanged. */
const oidc = { expirationSeconds: seconds, serviceAccountRef: account }

const akeyless = z.object({
  akeylessGWApiURL: text,
  authSecretRef: z.object({
    kubernetesAuth: z
      .object({ accessID: text, k8sConfName: text, secretRef: secretOrNot, serviceAccountRef: account.optional() })
      .optional(),
    secretRef: z.object({ accessID: secretOrNot, accessType: secretOrNot, accessTypeParam: secretOrNot }).optional(),
    serviceAccountRef: account.optional(),
  }),
  ignoreCache: flag,
  ...ca,
})

const barbican = z.object({
  auth: z.object({ password: z.object({ secretRef: secret }), username: value }),
  authURL: textOrNot,
  domainName: textOrNot,
  region: textOrNot,
  tenantName: textOrNot,
})

const beyondtrust = z.object({
  auth: z.object({
    apiKey: value.optional(),
    certificate: value.optional(),
    certificateKey: value.optional(),
    clientId: value.optional(),
    clientSecret: value.optional(),
  }),
  server: z.object({
    apiUrl: text,
    apiVersion: textOrNot,
    clientTimeOutSeconds: seconds,
    decrypt: flag,
    retrievalType: textOrNot,
    separator: textOrNot,
    verifyCA: z.boolean(),
  }),
})

const beyondtrustworkloadcredentials = z.object({
  auth: z.object({ apikey: z.object({ token: secret }) }),
  folderPath: textOrNot,
  server: z.object({ apiUrl: text, siteId: text }),
  ...ca,
})

const bitwardensecretsmanager = z.object({
  apiURL: textOrNot,
  auth: z.object({ secretRef: z.object({ credentials: secret }) }),
  bitwardenServerSDKURL: textOrNot,
  identityURL: textOrNot,
  organizationID: text,
  projectID: text,
  ...ca,
})

const chef = z.object({
  auth: z.object({ secretRef: z.object({ privateKeySecretRef: secret }) }),
  serverUrl: text,
  username: text,
})

const cloudrusm = z.object({
  auth: z.object({ secretRef: z.object({ accessKeyIDSecretRef: secret, accessKeySecretSecretRef: secret }).optional() }),
  projectID: textOrNot,
})

const conjur = z.object({
  auth: z.object({
    apikey: z.object({ account: text, apiKeyRef: secret, userRef: secret }).optional(),
    cert: z.object({ account: text, clientCertRef: secret, clientKeyRef: secret, hostId: textOrNot, serviceID: text }).optional(),
    jwt: z
      .object({
        account: text,
        hostId: textOrNot,
        secretRef: secretOrNot,
        serviceAccountRef: account.optional(),
        serviceID: text,
      })
      .optional(),
  }),
  url: text,
  ...ca,
})

/** How `kubernetes` and `crd` log in at an API server. */
const cluster = {
  auth: z
    .object({
      cert: z.object({ clientCert: secretOrNot, clientKey: secretOrNot }).optional(),
      serviceAccount: account.optional(),
      token: z.object({ bearerToken: secretOrNot }).optional(),
    })
    .optional(),
  authRef: secretOrNot,
  server: z.object({ url: textOrNot, ...ca }).optional(),
}

const crd = z.object({
  ...cluster,
  resource: z.object({ group: text, kind: text, version: text }),
  whitelist: z
    .object({
      rules: z.array(z.object({ name: textOrNot, namespace: textOrNot, properties: z.array(text).optional() })).optional(),
    })
    .optional(),
})

const kubernetes = z.object({ ...cluster, remoteNamespace: textOrNot })

const delinea = z.object({ clientId: value, clientSecret: value, tenant: text, tld: textOrNot, urlTemplate: textOrNot })

const doppler = z.object({
  auth: z.object({
    oidcConfig: z.object({ ...oidc, identity: text }).optional(),
    secretRef: z.object({ dopplerToken: secret }).optional(),
  }),
  config: textOrNot,
  format: z.enum(['json', 'dotnet-json', 'env', 'yaml', 'docker']).optional(),
  nameTransformer: z.enum(['upper-camel', 'camel', 'lower-snake', 'tf-var', 'dotnet-env', 'lower-kebab']).optional(),
  project: textOrNot,
})

const dvls = z.object({
  auth: z.object({ secretRef: z.object({ appId: secret, appSecret: secret }) }),
  insecure: flag,
  serverUrl: text,
  vault: textOrNot,
})

const fortanix = z.object({ apiKey: z.object({ secretRef: secretOrNot }).optional(), apiUrl: textOrNot })

const github = z.object({
  appID: z.int(),
  auth: z.object({ privateKey: secret }),
  environment: textOrNot,
  installationID: z.int(),
  orgSecretVisibility: z.enum(['all', 'private']).optional(),
  organization: text,
  repository: textOrNot,
  uploadURL: textOrNot,
  url: textOrNot,
})

const gitlab = z.object({
  auth: z.object({ SecretRef: z.object({ accessToken: secretOrNot }) }),
  environment: textOrNot,
  groupIDs: z.array(text).optional(),
  inheritFromGroups: flag,
  projectID: textOrNot,
  url: textOrNot,
  ...ca,
})

const ibm = z.object({
  auth: z.object({
    containerAuth: z.object({ iamEndpoint: textOrNot, profile: text, tokenLocation: textOrNot }).optional(),
    secretRef: z.object({ iamEndpoint: textOrNot, secretApiKeySecretRef: secretOrNot }).optional(),
  }),
  serviceUrl: textOrNot,
})

const infisical = z.object({
  auth: z.object({
    awsAuthCredentials: z.object({ identityId: secret }).optional(),
    azureAuthCredentials: z.object({ identityId: secret, resource: secretOrNot }).optional(),
    gcpIamAuthCredentials: z.object({ identityId: secret, serviceAccountKeyFilePath: secret }).optional(),
    gcpIdTokenAuthCredentials: z.object({ identityId: secret }).optional(),
    jwtAuthCredentials: z.object({ identityId: secret, jwt: secret }).optional(),
    kubernetesAuthCredentials: z.object({ identityId: secret, serviceAccountTokenPath: secretOrNot }).optional(),
    ldapAuthCredentials: z.object({ identityId: secret, ldapPassword: secret, ldapUsername: secret }).optional(),
    ociAuthCredentials: z
      .object({
        fingerprint: secret,
        identityId: secret,
        privateKey: secret,
        privateKeyPassphrase: secretOrNot,
        region: secret,
        tenancyId: secret,
        userId: secret,
      })
      .optional(),
    tokenAuthCredentials: z.object({ accessToken: secret }).optional(),
    universalAuthCredentials: z.object({ clientId: secret, clientSecret: secret }).optional(),
  }),
  hostAPI: textOrNot,
  secretsScope: z.object({
    environmentSlug: text,
    expandSecretReferences: flag,
    organizationSlug: textOrNot,
    projectSlug: text,
    recursive: flag,
    secretsPath: textOrNot,
  }),
  ...ca,
})

const keepersecurity = z.object({ authRef: secret, folderID: text, getByTitleFallback: flag })

const nebiusmysterybox = z.object({
  apiDomain: text,
  auth: z.object({ serviceAccountCredsSecretRef: secretOrNot, tokenSecretRef: secretOrNot }),
  caProvider: z.object({ certSecretRef: secretOrNot }).optional(),
})

const ngrok = z.object({
  apiUrl: textOrNot,
  auth: z.object({ apiKey: z.object({ secretRef: secretOrNot }).optional() }),
  vault: z.object({ name: text }),
})

/** Its fields have defaults in the cluster. */
const onboardbase = z.object({
  apiHost: textOrNot,
  auth: z.object({ apiKeyRef: secret, passcodeRef: secret }),
  environment: textOrNot,
  project: textOrNot,
})

const onepassword = z.object({
  auth: z.object({ secretRef: z.object({ connectTokenSecretRef: secret }) }),
  connectHost: text,
  vaults: z.record(text, z.int()),
})

const onepasswordSDK = z.object({
  auth: z.object({ serviceAccountSecretRef: secret }),
  cache: z.object({ maxSize: z.int().optional(), ttl: textOrNot }).optional(),
  environment: textOrNot,
  integrationInfo: z.object({ name: textOrNot, version: textOrNot }).optional(),
  vault: textOrNot,
})

const openBao = z.object({
  auth: z
    .object({
      appRole: z.object({ path: textOrNot, roleId: textOrNot, roleRef: secretOrNot, secretRef: secret }).optional(),
      namespace: textOrNot,
      tokenSecretRef: secretOrNot,
      userPass: z.object({ path: textOrNot, secretRef: secretOrNot, username: text }).optional(),
    })
    .optional(),
  namespace: textOrNot,
  path: textOrNot,
  server: text,
  version: z.enum(['v1', 'v2']).optional(),
  ...ca,
})

const oracle = z.object({
  auth: z.object({ secretRef: z.object({ fingerprint: secret, privatekey: secret }), tenancy: text, user: text }).optional(),
  compartment: textOrNot,
  encryptionKey: textOrNot,
  principalType: z.enum(['', 'UserPrincipal', 'InstancePrincipal', 'Workload']).optional(),
  region: text,
  serviceAccountRef: account.optional(),
  vault: text,
})

const ovh = z.object({
  auth: z.object({
    mtls: z.object({ certSecretRef: secret, keySecretRef: secret, ...ca }).optional(),
    token: z.object({ tokenSecretRef: secret }).optional(),
  }),
  casRequired: flag,
  okmsTimeout: seconds,
  okmsid: text,
  server: text,
})

const passbolt = z.object({
  auth: z.object({ passwordSecretRef: secret, privateKeySecretRef: secret }),
  host: text,
  ...ca,
})

const passworddepot = z.object({
  auth: z.object({ secretRef: z.object({ credentials: secretOrNot }) }),
  database: text,
  host: text,
})

const previder = z.object({
  auth: z.object({ secretRef: z.object({ accessToken: secret }).optional() }),
  baseUri: textOrNot,
})

const pulumiToken = z.object({ secretRef: secretOrNot }).optional()
const pulumi = z.object({
  accessToken: pulumiToken,
  apiUrl: textOrNot,
  auth: z.object({ accessToken: pulumiToken, oidcConfig: z.object({ ...oidc, organization: text }).optional() }).optional(),
  environment: text,
  organization: text,
  project: text,
})

const scaleway = z.object({ accessKey: value, apiUrl: textOrNot, projectId: text, region: text, secretKey: value })

const secretserver = z.object({
  domain: textOrNot,
  password: value.optional(),
  serverURL: text,
  token: value.optional(),
  username: value.optional(),
  ...ca,
})

const senhasegura = z.object({
  auth: z.object({ clientId: text, clientSecretSecretRef: secret }),
  ignoreSslCertificate: flag,
  module: text,
  url: text,
})

const volcengine = z.object({
  auth: z
    .object({ secretRef: z.object({ accessKeyID: secret, secretAccessKey: secret, token: secretOrNot }).optional() })
    .optional(),
  region: text,
})

const yandex = z.object({
  apiEndpoint: textOrNot,
  auth: z.object({ authorizedKeySecretRef: secretOrNot }),
  caProvider: z.object({ certSecretRef: secretOrNot }).optional(),
  fetching: z.object({ byID: z.looseObject({}).optional(), byName: z.object({ folderID: text }).optional() }).optional(),
})

/** What ESO's definition wants of a store whose provider this program does not implement (external-secrets.md Appendix B, 7.5), by its name. */
export const knownProviderSchemas: ReadonlyMap<string, z.ZodType> = new Map(
  Object.entries({
    akeyless,
    barbican,
    beyondtrust,
    beyondtrustworkloadcredentials,
    bitwardensecretsmanager,
    chef,
    cloudrusm,
    conjur,
    crd,
    delinea,
    doppler,
    dvls,
    fortanix,
    github,
    gitlab,
    ibm,
    infisical,
    keepersecurity,
    kubernetes,
    nebiusmysterybox,
    ngrok,
    onboardbase,
    onepassword,
    onepasswordSDK,
    openBao,
    oracle,
    ovh,
    passbolt,
    passworddepot,
    previder,
    pulumi,
    scaleway,
    secretserver,
    senhasegura,
    volcengine,
    yandexcertificatemanager: yandex,
    yandexlockbox: yandex,
  } satisfies Readonly<Record<string, z.ZodType>>).map(([id, schema]) => [id, knownOnly(schema)] as const),
)
