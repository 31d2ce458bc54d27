import type { KubeClient } from '../../kube/kube-client.ts'
import { isKubeError } from '../../kube/kube-error.ts'
import { listPages } from '../../kube/list-pages.ts'
import { mayList } from '../../kube/may-list.ts'
import type { Resource } from '../../kube/resource.ts'
import { quoteName } from '../../model/quote-name.ts'
import { SecretError } from '../../model/secret-error.ts'
import { type DeploymentObject, type EsoController, esoControllerOf } from './eso-controller.ts'

const DEPLOYMENTS: Resource = { group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment', isNamespaced: true }

/** What a controller of ours reconciles. */
export interface OwnScope {
  readonly controllerClass: string
  /** Undefined: all. */
  readonly namespace: string | undefined
}

export type EsoSearch =
  | { readonly found: readonly EsoController[] }
  /** This account may not list Deployments: nothing can be said. */
  | { readonly found: undefined; readonly why: string }

const NOT_ALLOWED = { found: undefined, why: 'this account may not list Deployments' } as const

/** The same for a controller whose rights may end with its namespace: it tries nothing that it may not do. Rejects with KubeError. */
export async function findEsoControllersIfAllowed(client: KubeClient, signal: AbortSignal): Promise<EsoSearch> {
  return (await mayList(client, DEPLOYMENTS, signal)) ? findEsoControllers(client, signal) : NOT_ALLOWED
}

/** The operator's controllers in the cluster. Its leader election is off by default, so that no Lease tells of it. Rejects with KubeError. */
export async function findEsoControllers(client: KubeClient, signal: AbortSignal): Promise<EsoSearch> {
  const found: EsoController[] = []
  try {
    for await (const page of listPages<DeploymentObject>(client, DEPLOYMENTS, { signal }))
      found.push(...page.flatMap((deployment) => esoControllerOf(deployment) ?? []))
  } catch (thrown) {
    if (isKubeError(thrown, 'Forbidden')) return NOT_ALLOWED
    throw thrown
  }
  return { found }
}

/** Why two controllers would write the same Secrets in turns; `undefined` when they would not. */
export function clashWithEso(found: readonly EsoController[], own: OwnScope): SecretError | undefined {
  const other = found.find(
    ({ isRunning, controllerClass, watchedNamespace }) =>
      isRunning &&
      controllerClass === own.controllerClass &&
      (own.namespace === undefined || watchedNamespace === '' || watchedNamespace === own.namespace),
  )
  if (!other) return undefined
  const name = `${other.namespace}/${other.name}`
  return new SecretError(
    'Conflict',
    `the External Secrets Operator runs as Deployment ${quoteName(name)} with the controller class ${quoteName(other.controllerClass)}: both would reconcile the same ExternalSecrets`,
    {
      remedy: `scale it down first (kubectl -n ${other.namespace} scale deployment ${other.name} --replicas=0), its Secrets stay; or give one of the two another --controller-class`,
    },
  )
}
