import '../jitless.ts'
import * as z from 'zod'
import { EXACTLY_ONE, inCrd } from '../crd-facts.ts'
import { account, ca, flag, onlyInV1, secret, secretOrNot, text, textOrNot, value } from './notation.ts'

const barbican = z.object({
  auth: z.object({
    password: z.object({ secretRef: secret }),
    username: inCrd(z.object({ value: textOrNot, secretRef: secretOrNot }), { beside: EXACTLY_ONE }),
  }),
  authURL: textOrNot,
  domainName: textOrNot,
  region: textOrNot,
  tenantName: textOrNot,
})

const cloudrusm = z.object({
  auth: z.object({ secretRef: z.object({ accessKeyIDSecretRef: secret, accessKeySecretSecretRef: secret }).optional() }),
  projectID: textOrNot,
})

const ibm = z.object({
  auth: inCrd(
    z.object({
      containerAuth: z.object({ iamEndpoint: textOrNot, profile: text, tokenLocation: textOrNot }).optional(),
      secretRef: z.object({ iamEndpoint: onlyInV1(textOrNot), secretApiKeySecretRef: secretOrNot }).optional(),
    }),
    { beside: EXACTLY_ONE },
  ),
  serviceUrl: textOrNot,
})

const nebiusmysterybox = z.object({
  apiDomain: text,
  auth: z.object({ serviceAccountCredsSecretRef: secretOrNot, tokenSecretRef: secretOrNot }),
  caProvider: z.object({ certSecretRef: secretOrNot }).optional(),
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
  okmsTimeout: z.int().min(1).optional(),
  okmsid: text,
  server: text,
})

const scaleway = z.object({ accessKey: value, apiUrl: textOrNot, projectId: text, region: text, secretKey: value })

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
  fetching: inCrd(z.object({ byID: z.looseObject({}).optional(), byName: z.object({ folderID: text }).optional() }).optional(), {
    beside: EXACTLY_ONE,
    v1Only: true,
  }),
})

/** Clouds that keep secrets beside other things. */
export const clouds = {
  barbican,
  cloudrusm,
  ibm,
  nebiusmysterybox,
  oracle,
  ovh,
  scaleway,
  volcengine,
  yandexcertificatemanager: yandex,
  yandexlockbox: yandex,
}
