import { CONFIG_MAPS, EVENTS, LEASES, NAMESPACES, SECRETS, SERVICE_ACCOUNTS } from '../../../../plugin/kube/core-resources.ts'
import type { Resource } from '../../../../plugin/kube/resource.ts'
import type { ServedResource } from './stored-object.ts'

const CORE = { hasStatus: false, isCustom: false, takesBlindUpdates: true, createsOnUpdate: false }

/** What every emulator has, by the strategies of kube-apiserver 1.36 (pkg/registry). */
export const BUILT_IN: readonly ServedResource[] = [
  { ...SECRETS, ...CORE },
  { ...CONFIG_MAPS, ...CORE },
  { ...NAMESPACES, ...CORE, hasStatus: true },
  { ...SERVICE_ACCOUNTS, ...CORE },
  { ...EVENTS, ...CORE, createsOnUpdate: true },
  { ...LEASES, ...CORE, takesBlindUpdates: false, createsOnUpdate: true },
]

/** As a CustomResourceDefinition with a status subresource would add it. */
export function customResource(resource: Resource): ServedResource {
  return { ...resource, hasStatus: true, isCustom: true, takesBlindUpdates: false, createsOnUpdate: false }
}
