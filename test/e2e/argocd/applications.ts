import type { KubeObject } from '../servers/kube-object.ts'
import { waitUntil } from '../tools/wait-until.ts'
import { PLUGIN_NAME } from './plugin.ts'
import type { World } from './world.ts'

/** What a test says of an Application; the rest is as a team would have it. */
export interface ApplicationWish {
  readonly name: string
  /** Folder of the repository. */
  readonly path: string
  readonly namespace?: string
  readonly project?: string
  /** Where the Application itself is; `argocd` without it. */
  readonly applicationNamespace?: string
  /** A name of Argo CD's clusters; the cluster that it runs in without it. */
  readonly cluster?: string
  readonly branch?: string
  readonly plugin?: PluginWish
  /** The Source Hydrator renders `path` and commits the manifests to this branch, below the same path, from where they are synced. */
  readonly hydrateTo?: string
  /** Instead of one source at `path`. */
  readonly sources?: readonly object[]
  /** Without it the Application syncs by itself and heals. */
  readonly syncPolicy?: object
}

export interface PluginWish {
  readonly name?: string
  readonly env?: readonly { readonly name: string; readonly value: string }[]
  readonly parameters?: readonly object[]
}

export interface ApplicationStatus {
  readonly sync?: { readonly status: string; readonly revision?: string }
  readonly health?: { readonly status: string }
  readonly conditions?: readonly { readonly type: string; readonly message: string }[]
  readonly operationState?: { readonly phase: string; readonly message?: string }
  readonly resources?: readonly { readonly kind: string; readonly name: string; readonly status?: string }[]
}

/** An Application in Argo CD. */
export interface Application {
  status(): Promise<ApplicationStatus>
  /** Everything of its namespace in the destination is as in Git, by a sync that ended well. */
  isSynced(): Promise<void>
  /** Waits for a condition and gives its message. */
  condition(type: string): Promise<string>
  /** Compares again, with the manifests of the cache where there are some, and waits until that is done. */
  refresh(): Promise<ApplicationStatus>
  /** Renders again, past Argo CD's cache, and waits until that is done. */
  hardRefresh(): Promise<ApplicationStatus>
}

const REFRESH = 'argocd.argoproj.io/refresh'

/** Creates the Application, its destination namespace as well if there is none. */
export async function createApplication(world: World, wish: ApplicationWish): Promise<Application> {
  const { client } = world.home
  const { name, applicationNamespace = 'argocd' } = wish
  const namespace = wish.namespace ?? name
  await ensureNamespace(wish.cluster === undefined ? world.home.client : world.remote.client, namespace)
  await ensureNamespace(client, applicationNamespace)
  const applications = `/apis/argoproj.io/v1alpha1/namespaces/${applicationNamespace}/applications`
  await client.call('POST', applications, {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, namespace: applicationNamespace },
    spec: {
      project: wish.project ?? 'default',
      destination: {
        ...(wish.cluster === undefined ? { server: 'https://kubernetes.default.svc' } : { name: wish.cluster }),
        namespace,
      },
      ...sourcesOf(world, wish),
      syncPolicy: wish.syncPolicy ?? { automated: { selfHeal: true, prune: true } },
    },
  })
  const read = (): Promise<KubeObject> => client.call('GET', `${applications}/${name}`)
  return applicationOf(name, read, (patch) => client.call('PATCH', `${applications}/${name}`, patch))
}

function sourcesOf({ repository }: World, wish: ApplicationWish): object {
  if (wish.sources !== undefined) return { sources: wish.sources }
  const plugin = { name: PLUGIN_NAME, ...wish.plugin }
  const source = { repoURL: repository.url, path: wish.path, targetRevision: wish.branch ?? 'main', plugin }
  if (wish.hydrateTo === undefined) return { source }
  return { sourceHydrator: { drySource: source, syncSource: { targetBranch: wish.hydrateTo, path: wish.path } } }
}

type Patch = (patch: object) => Promise<KubeObject>

function applicationOf(name: string, read: () => Promise<KubeObject>, patch: Patch): Application {
  const status = async (): Promise<ApplicationStatus> => (await read())['status'] ?? {}
  const standing = async (): Promise<string> => JSON.stringify(await status(), undefined, 2)
  async function refreshed(how: 'normal' | 'hard'): Promise<ApplicationStatus> {
    await patch({ metadata: { annotations: { [REFRESH]: how } } })
    await waitUntil(`${name} is refreshed`, async () => (await read()).metadata.annotations?.[REFRESH] === undefined, standing)
    return await status()
  }
  return {
    status,
    async isSynced() {
      const holds = async (): Promise<boolean> => {
        const { sync, operationState } = await status()
        return sync?.status === 'Synced' && operationState?.phase === 'Succeeded'
      }
      await waitUntil(`${name} is synced`, holds, standing)
    },
    async condition(type) {
      let message = ''
      const holds = async (): Promise<boolean> => {
        const found = (await status()).conditions?.find((condition) => condition.type === type)
        message = found?.message ?? ''
        return found !== undefined
      }
      await waitUntil(`${name} has the condition ${type}`, holds, standing)
      return message
    },
    refresh: () => refreshed('normal'),
    hardRefresh: () => refreshed('hard'),
  }
}

async function ensureNamespace(client: World['home']['client'], name: string): Promise<void> {
  if ((await client.find(`/api/v1/namespaces/${name}`)) !== undefined) return
  await client.call('POST', '/api/v1/namespaces', { metadata: { name } })
}
