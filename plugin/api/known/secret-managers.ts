import '../jitless.ts'
import * as z from 'zod'
import { EXACTLY_ONE, inCrd, oneOf } from '../crd-facts.ts'
import { account, ca, flag, oidc, onlyInV1, plainCa, secret, secretOrNot, someText, text, textOrNot } from './notation.ts'

const akeyless = z.object({
  akeylessGWApiURL: text,
  authSecretRef: z.object({
    kubernetesAuth: z
      .object({ accessID: text, k8sConfName: text, secretRef: secretOrNot, serviceAccountRef: account.optional() })
      .optional(),
    secretRef: z.object({ accessID: secretOrNot, accessType: secretOrNot, accessTypeParam: secretOrNot }).optional(),
    serviceAccountRef: onlyInV1(account.optional()),
  }),
  ignoreCache: onlyInV1(flag),
  ...ca,
})

const conjur = z.object({
  auth: inCrd(
    z.object({
      apikey: z.object({ account: text, apiKeyRef: secret, userRef: secret }).optional(),
      cert: onlyInV1(
        z.object({ account: text, clientCertRef: secret, clientKeyRef: secret, hostId: textOrNot, serviceID: text }).optional(),
      ),
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
    { inV1: EXACTLY_ONE },
  ),
  url: text,
  ...plainCa,
})

const doppler = z.object({
  auth: inCrd(
    z.object({
      oidcConfig: onlyInV1(z.object({ ...oidc, identity: text }).optional()),
      secretRef: z.object({ dopplerToken: secret }).optional(),
    }),
    {
      inV1: { 'x-kubernetes-validations': [oneOf(['secretRef', 'oidcConfig'])] },
      inV1beta1: { required: ['secretRef'] },
    },
  ),
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

const infisical = z.object({
  auth: z.object({
    awsAuthCredentials: onlyInV1(z.object({ identityId: secret }).optional()),
    azureAuthCredentials: onlyInV1(z.object({ identityId: secret, resource: secretOrNot }).optional()),
    gcpIamAuthCredentials: onlyInV1(z.object({ identityId: secret, serviceAccountKeyFilePath: secret }).optional()),
    gcpIdTokenAuthCredentials: onlyInV1(z.object({ identityId: secret }).optional()),
    jwtAuthCredentials: onlyInV1(z.object({ identityId: secret, jwt: secret }).optional()),
    kubernetesAuthCredentials: onlyInV1(z.object({ identityId: secret, serviceAccountTokenPath: secretOrNot }).optional()),
    ldapAuthCredentials: onlyInV1(z.object({ identityId: secret, ldapPassword: secret, ldapUsername: secret }).optional()),
    ociAuthCredentials: onlyInV1(
      z
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
    ),
    tokenAuthCredentials: onlyInV1(z.object({ accessToken: secret }).optional()),
    universalAuthCredentials: z.object({ clientId: secret, clientSecret: secret }).optional(),
  }),
  hostAPI: textOrNot,
  secretsScope: z.object({
    environmentSlug: text,
    expandSecretReferences: flag,
    organizationSlug: onlyInV1(textOrNot),
    projectSlug: text,
    recursive: flag,
    secretsPath: textOrNot,
  }),
  caBundle: onlyInV1(ca.caBundle),
  caProvider: onlyInV1(ca.caProvider),
})

/** Its fields have defaults in the cluster. */
const onboardbase = z.object({
  apiHost: textOrNot,
  auth: z.object({ apiKeyRef: secret, passcodeRef: secret }),
  environment: textOrNot,
  project: textOrNot,
})

const openBao = inCrd(
  z.object({
    auth: inCrd(
      z
        .object({
          appRole: inCrd(
            z.object({ path: textOrNot, roleId: someText.optional(), roleRef: secretOrNot, secretRef: secret }).optional(),
            { beside: { 'x-kubernetes-validations': [oneOf(['roleId', 'roleRef'])] } },
          ),
          namespace: textOrNot,
          tokenSecretRef: secretOrNot,
          userPass: z.object({ path: textOrNot, secretRef: secretOrNot, username: text }).optional(),
        })
        .optional(),
      { beside: { 'x-kubernetes-validations': [oneOf(['appRole', 'tokenSecretRef', 'userPass'])] } },
    ),
    namespace: textOrNot,
    path: textOrNot,
    server: text,
    version: z.enum(['v1', 'v2']).optional(),
    ...ca,
  }),
  { beside: { 'x-kubernetes-validations': [oneOf(['caBundle', 'caProvider'], 'at most')] } },
)

const previder = z.object({
  auth: z.object({ secretRef: z.object({ accessToken: secret }).optional() }),
  baseUri: textOrNot,
})

const token = z.object({ secretRef: secretOrNot }).optional()
const pulumi = inCrd(
  z.object({
    accessToken: token,
    apiUrl: textOrNot,
    auth: inCrd(
      z
        .object({
          accessToken: token,
          oidcConfig: z.object({ ...oidc, expirationSeconds: z.int().min(600).optional(), organization: text }).optional(),
        })
        .optional(),
      { beside: { 'x-kubernetes-validations': [oneOf(['accessToken', 'oidcConfig'])] }, v1Only: true },
    ),
    environment: text,
    organization: text,
    project: text,
  }),
  {
    inV1: { 'x-kubernetes-validations': [oneOf(['auth', 'accessToken'])] },
    inV1beta1: { required: ['accessToken', 'environment', 'organization', 'project'] },
  },
)

/** What keeps secrets for programs, and nothing else. */
export const secretManagers = {
  akeyless,
  conjur,
  doppler,
  dvls,
  fortanix,
  infisical,
  onboardbase,
  openBao,
  previder,
  pulumi,
}
