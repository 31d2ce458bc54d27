import type { GeneratorSource } from '../expansion/generator-source.ts'
import type { StoreSource } from '../expansion/store-source.ts'
import { SecretError } from '../model/secret-error.ts'

/** Inside Argo CD without a policy no store may be opened (R1): the shared identity of the plugin would read for any tenant. */
export const noPolicy: StoreSource = {
  find() {
    throw new SecretError(
      'AccessDenied',
      'this render runs for Argo CD (ARGOCD_APP_NAME is set) and no tenancy policy allows it a store',
      {
        remedy: 'start the daemon with --policy DIR and a rule for this application, or deliver by passthrough',
      },
    )
  },
}

/** The same of generators: what they make would be derived from keys that all tenants share. */
export const noPolicyForGenerators: GeneratorSource = {
  find() {
    throw new SecretError(
      'AccessDenied',
      'this render runs for Argo CD (ARGOCD_APP_NAME is set) and no tenancy policy allows it a generator',
      {
        remedy: 'start the daemon with --policy DIR and a rule for this application, or deliver by passthrough',
      },
    )
  },
}
