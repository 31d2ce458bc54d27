import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'
import type { Inventory } from './inventory.ts'
import { placeOf } from './place-of.ts'
import type { RenderPermissions } from './render-permissions.ts'

const OF_THE_CLUSTER = new Set(['ClusterSecretStore', 'ClusterGenerator'])

/** R2: what an object may read depends on its namespace, which is the destination's unless a rule lists more. Each is an AccessDenied. */
export function namespaceRefusals(
  { externalSecrets, stores, generators }: Inventory,
  destination: string,
  { mayUseNamespace }: RenderPermissions,
): readonly SecretError[] {
  const objects = [...externalSecrets, ...stores, ...generators].map(({ object }) => object)
  return objects.flatMap((object) => {
    const { namespace, kind } = object
    const isOwn = OF_THE_CLUSTER.has(kind) || namespace === undefined || namespace === destination
    if (isOwn || mayUseNamespace(namespace)) return []
    return [
      new SecretError(
        'AccessDenied',
        `the namespace ${quoteName(namespace)} is not the application's, ${quoteName(destination)}`,
        {
          place: { ...placeOf(object), field: 'metadata.namespace' },
          remedy: 'remove metadata.namespace, or have the namespace listed in objectNamespaces of a rule of the tenancy policy',
        },
      ),
    ]
  })
}
