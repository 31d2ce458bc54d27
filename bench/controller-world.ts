import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { crdOf, plurals } from '../test/e2e/kubernetes/crd-server.ts'
import { appRoleOf } from '../test/e2e/servers/app-role.ts'
import { startEtcd } from '../test/e2e/servers/etcd.ts'
import { type KubeApiServer, startKubeApiServer } from '../test/e2e/servers/kube-api-server.ts'
import { kubePrograms } from '../test/e2e/servers/kube-programs.ts'
import { type OpenBao, startOpenBao } from '../test/e2e/servers/openbao.ts'
import { startedServers } from '../test/e2e/servers/started-servers.ts'
import { waitUntil } from '../test/e2e/tools/wait-until.ts'
import { atOnce } from './at-once.ts'
import { type AuditTail, auditTail } from './audit-tail.ts'
import { type BenchController, type BenchControllerStart, startBenchController } from './bench-controller.ts'
import { AT_ONCE, CONTROLLER_NAMESPACE, floorNamespaces, keyName, NAMESPACES, NEW_NAMESPACE } from './controller-workload.ts'
import { startVaultRelay, type VaultRelay } from './vault-relay.ts'

/** An API server of Kubernetes and a server of Vault's API with what the controller works on, all of it real. */
export interface ControllerWorld {
  readonly api: KubeApiServer
  /** Of the controller's requests. */
  readonly audit: AuditTail
  readonly bao: OpenBao
  readonly vault: VaultRelay
  startController(more?: Pick<BenchControllerStart, 'flags' | 'environment'>): BenchController
  stop(): Promise<void>
}

const LATENCY_MS = 20
const POLICY = 'path "secret/data/*" { capabilities = ["read"] }\npath "secret/metadata/*" { capabilities = ["read"] }'
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const STORES = '/apis/external-secrets.io/v1/clustersecretstores'

export async function startControllerWorld(main: string, folder: string, keys: number): Promise<ControllerWorld> {
  await kubePrograms()
  await mkdir(folder, { recursive: true })
  const servers = startedServers()
  try {
    const [etcd, bao] = await Promise.all([startEtcd(folder).then(servers.keep), startOpenBao().then(servers.keep)])
    const vault = servers.keep(await startVaultRelay(bao.url, LATENCY_MS))
    // One file of the audit log, however long it gets.
    const api = servers.keep(await startKubeApiServer(etcd, 'bench', folder, ['--audit-log-maxsize=8000']))
    await makeDefinitions(api)
    for (const name of [CONTROLLER_NAMESPACE, NEW_NAMESPACE, ...NAMESPACES, ...floorNamespaces()])
      await api.client.call('POST', '/api/v1/namespaces', { metadata: { name } })
    await makeStore(api, bao, vault, keys)
    const audit = await auditTail(path.join(path.dirname(api.kubeconfig), 'audit.json'), 'argocd-external-secrets')
    servers.keep({ stop: () => audit.close() })
    return {
      api,
      audit,
      bao,
      vault,
      startController(more = {}) {
        const start = { main, kubeconfig: api.kubeconfig, namespace: CONTROLLER_NAMESPACE, folder, ...more }
        const controller = startBenchController(start)
        servers.keep({ stop: () => controller.stop().catch(() => {}) })
        return controller
      },
      stop: () => servers.stop(),
    }
  } catch (thrown) {
    await servers.stop()
    throw thrown
  }
}

async function makeDefinitions({ client }: KubeApiServer): Promise<void> {
  for (const plural of Object.values(plurals)) await client.call('POST', DEFINITIONS, crdOf(plural))
  for (const plural of ['externalsecrets', 'clustersecretstores'])
    await waitUntil(`${plural} are served`, async () => {
      const path = `/apis/external-secrets.io/v1/${plural}`
      return await client.find(path).then(
        (found) => found !== undefined,
        () => false,
      )
    })
}

/** Keys, a role that may read them, and the store that uses it. */
async function makeStore({ client }: KubeApiServer, bao: OpenBao, vault: VaultRelay, keys: number): Promise<void> {
  const { roleId, secretId } = await appRoleOf(bao, POLICY)
  await client.call('POST', `/api/v1/namespaces/${CONTROLLER_NAMESPACE}/secrets`, {
    metadata: { name: 'vault' },
    stringData: { id: secretId },
  })
  const secretRef = { name: 'vault', namespace: CONTROLLER_NAMESPACE, key: 'id' }
  const spec = {
    provider: { vault: { server: vault.url, path: 'secret', version: 'v2', auth: { appRole: { roleId, secretRef } } } },
  }
  await client.call('POST', STORES, {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ClusterSecretStore',
    metadata: { name: 'vault' },
    spec,
  })
  await atOnce(
    AT_ONCE,
    Array.from({ length: keys }, (_, index) => keyName(index)),
    (key) => bao.call('POST', `secret/data/${key}`, { data: { username: 'bench-user', password: 'bench-password-0123456789' } }),
  )
}
