import * as z from 'zod'
import { EXACTLY_ONE, inCrd } from '../../api/crd-facts.ts'
import { namespaceSchema } from '../../api/names.ts'
import { caProvider, secretKeySelector, serviceAccountSelector } from '../../api/selectors.ts'

/** Where nothing else is said: a Service that every cluster has. */
const OWN_CLUSTER = 'kubernetes.default'

const server = z.object({
  url: z.string().default(OWN_CLUSTER).describe('Address of the API server; https without a scheme.'),
  // In a cluster it is base64, as ESO's CRD wants it.
  caBundle: inCrd(z.string().optional().describe("The server's authorities, PEM or base64 of PEM."), {
    beside: { format: 'byte' },
  }),
  caProvider: caProvider.optional().describe("Where the server's authorities are; caBundle wins."),
})

/** In v1beta1 no field of them is required. */
const cert = inCrd(
  z.object({
    clientCert: secretKeySelector.describe('Where the client certificate is, key tls.crt unless named.'),
    clientKey: secretKeySelector.describe('Where its private key is, key tls.key unless named.'),
  }),
  { inV1beta1: { required: [] } },
)
const token = inCrd(z.object({ bearerToken: secretKeySelector.describe('Where the token is.') }), { inV1beta1: { required: [] } })

/** One of them logs in. */
const auth = inCrd(
  z.object({
    cert: cert.optional().describe('A client certificate.'),
    token: token.optional().describe('A bearer token out of a Secret.'),
    serviceAccount: serviceAccountSelector.optional().describe('A ServiceAccount whose token logs in.'),
  }),
  { beside: EXACTLY_ONE },
)

/** Everything that `spec.provider.kubernetes` may hold (external-secrets.md 7.5), field by field. */
export const kubernetesFields = z.object({
  server: server.optional().describe('The API server; that of the cluster that this runs in without it.'),
  auth: auth.optional().describe('How to log in.'),
  authRef: secretKeySelector
    .optional()
    .describe('Where a kubeconfig is that says whom to ask and how to log in, instead of auth.'),
  remoteNamespace: namespaceSchema.default('default').describe('Namespace of the Secrets.'),
})

export type KubernetesConfig = z.output<typeof kubernetesFields>

/** The server that a store names, or that of the cluster that this runs in. */
export function serverOf({ server: named }: KubernetesConfig): NonNullable<KubernetesConfig['server']> {
  return named ?? { url: OWN_CLUSTER }
}
