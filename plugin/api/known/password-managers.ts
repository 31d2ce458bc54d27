import '../jitless.ts'
import * as z from 'zod'
import { celRule, inCrd, oneOf } from '../crd-facts.ts'
import { ca, flag, onlyInV1, plainCa, secret, secretOrNot, text, textOrNot, value, whole } from './notation.ts'

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
    clientTimeOutSeconds: whole,
    decrypt: flag,
    retrievalType: textOrNot,
    separator: textOrNot,
    verifyCA: z.boolean(),
  }),
})

/** The provider of stores, and of a generator. */
export const beyondtrustworkloadcredentials = z.object({
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
  ...plainCa,
})

const delinea = z.object({ clientId: value, clientSecret: value, tenant: text, tld: textOrNot, urlTemplate: textOrNot })

const keepersecurity = z.object({ authRef: secret, folderID: text, getByTitleFallback: onlyInV1(flag) })

const onepassword = z.object({
  auth: z.object({ secretRef: z.object({ connectTokenSecretRef: secret }) }),
  connectHost: text,
  vaults: z.record(text, z.int()),
})

const onepasswordSDK = inCrd(
  z.object({
    auth: z.object({ serviceAccountSecretRef: secret }),
    cache: z.object({ maxSize: z.int().min(1).optional(), ttl: textOrNot }).optional(),
    environment: textOrNot,
    integrationInfo: z.object({ name: textOrNot, version: textOrNot }).optional(),
    vault: textOrNot,
  }),
  { beside: { 'x-kubernetes-validations': [oneOf(['vault', 'environment'], 'at most')] } },
)

const passbolt = z.object({
  auth: z.object({ passwordSecretRef: secret, privateKeySecretRef: secret }),
  host: text,
  caBundle: onlyInV1(ca.caBundle),
  caProvider: onlyInV1(ca.caProvider),
})

const passworddepot = z.object({
  auth: z.object({ secretRef: z.object({ credentials: secretOrNot }) }),
  database: text,
  host: text,
})

const valueOrRef = (): z.ZodOptional<z.ZodObject<{ value: z.ZodOptional<z.ZodString>; secretRef: typeof secretOrNot }>> =>
  inCrd(z.object({ value: inCrd(textOrNot.clone(), { inV1: { minLength: 1 } }), secretRef: secretOrNot }).optional(), {
    inV1: { 'x-kubernetes-validations': [oneOf(['value', 'secretRef'])] },
  })

const tokenOrPassword = celRule(
  'has(self.token) || (has(self.username) && has(self.password))',
  'either token, or username and password must be set',
  ({ token, username, password }) => token !== undefined || (username !== undefined && password !== undefined),
)

const secretserver = inCrd(
  z.object({
    domain: onlyInV1(textOrNot),
    password: valueOrRef(),
    serverURL: text,
    token: inCrd(valueOrRef(), { inV1: { 'x-kubernetes-validations': [oneOf(['value', 'secretRef'])] }, v1Only: true }),
    username: valueOrRef(),
    caBundle: onlyInV1(ca.caBundle),
    caProvider: onlyInV1(ca.caProvider),
  }),
  {
    inV1: { 'x-kubernetes-validations': [tokenOrPassword] },
    inV1beta1: { required: ['password', 'serverURL', 'username'] },
  },
)

const senhasegura = z.object({
  auth: z.object({ clientId: text, clientSecretSecretRef: secret }),
  ignoreSslCertificate: flag,
  module: text,
  url: text,
})

/** What keeps the passwords of people as well. */
export const passwordManagers = {
  beyondtrust,
  beyondtrustworkloadcredentials,
  bitwardensecretsmanager,
  delinea,
  keepersecurity,
  onepassword,
  onepasswordSDK,
  passbolt,
  passworddepot,
  secretserver,
  senhasegura,
}
