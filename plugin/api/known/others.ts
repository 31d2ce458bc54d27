import '../jitless.ts'
import * as z from 'zod'
import { EXACTLY_ONE, inCrd, oneOf } from '../crd-facts.ts'
import { account, ca, flag, onlyInV1, secret, secretOrNot, someText, text, textOrNot } from './notation.ts'

const chef = z.object({
  auth: z.object({ secretRef: z.object({ privateKeySecretRef: secret }) }),
  serverUrl: text,
  username: text,
})

const crd = inCrd(
  z.object({
    auth: inCrd(
      z
        .object({
          cert: z.object({ clientCert: secret, clientKey: secret }).optional(),
          serviceAccount: account.optional(),
          token: z.object({ bearerToken: secret }).optional(),
        })
        .optional(),
      { beside: EXACTLY_ONE },
    ),
    authRef: secretOrNot,
    server: z.object({ url: textOrNot, ...ca }).optional(),
    resource: z.object({ group: text, kind: someText, version: someText }),
    whitelist: z
      .object({
        rules: z.array(z.object({ name: textOrNot, namespace: textOrNot, properties: z.array(text).optional() })).optional(),
      })
      .optional(),
  }),
  { beside: { 'x-kubernetes-validations': [oneOf(['auth', 'authRef'])] } },
)

const github = z.object({
  appID: z.int(),
  auth: z.object({ privateKey: secret }),
  environment: textOrNot,
  installationID: z.int(),
  orgSecretVisibility: onlyInV1(z.enum(['all', 'private']).optional()),
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

const ngrok = z.object({
  apiUrl: textOrNot,
  auth: inCrd(z.object({ apiKey: z.object({ secretRef: secretOrNot }).optional() }), { beside: EXACTLY_ONE }),
  vault: z.object({ name: text }),
})

/** What does something else, and holds secrets for it. */
export const others = { chef, crd, github, gitlab, ngrok }
