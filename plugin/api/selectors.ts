import './jitless.ts'
import * as z from 'zod'
import { inCrd } from './crd-facts.ts'
import type { DeepReadonly } from './deep-readonly.ts'
import { documented } from './documented.ts'
import { dataKeySchema, namespaceSchema, objectNameSchema } from './names.ts'

/** Points to one key of a Secret: `S{}` in external-secrets.md. */
export const secretKeySelector = documented(
  z.object({
    name: inCrd(objectNameSchema.describe('Name of the Secret.'), { optional: true }),
    namespace: namespaceOfObject(),
    key: documented(
      dataKeySchema.optional(),
      'Key in the data of the Secret; some fields have a usual key that is taken without it.',
    ),
  }),
  'One key of a Secret.',
)

/** Points to a ServiceAccount whose tokens log in: `SA{}` in external-secrets.md. */
export const serviceAccountSelector = documented(
  z.object({
    name: objectNameSchema.describe('Name of the ServiceAccount.'),
    namespace: namespaceOfObject(),
    audiences: documented(z.array(z.string()).optional(), 'Audiences of the token, beside those that the provider needs.'),
  }),
  'A ServiceAccount.',
)

/** Points to the certificate authority that signed a server's certificate: `CA{}` in external-secrets.md. */
export const caProvider = documented(
  z.object({
    type: documented(z.enum(['Secret', 'ConfigMap']), 'Kind of the object that holds the certificates.'),
    name: objectNameSchema.describe('Name of that object.'),
    key: documented(dataKeySchema.optional(), 'Key in its data.'),
    namespace: namespaceOfObject(),
  }),
  'Where the certificates of a certificate authority are kept, as PEM.',
  { caProvider: true },
)

export type SecretKeySelector = DeepReadonly<z.output<typeof secretKeySelector>>
export type ServiceAccountSelector = DeepReadonly<z.output<typeof serviceAccountSelector>>
export type CaProvider = DeepReadonly<z.output<typeof caProvider>>

function namespaceOfObject(): z.ZodOptional<z.ZodString> {
  const text = 'Namespace of the object. Only a ClusterSecretStore may name one; a SecretStore reads its own.'
  return documented(namespaceSchema.optional(), text, { storeNamespace: true })
}
