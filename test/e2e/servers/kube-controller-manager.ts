import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { goProgram } from '../tools/go-program.ts'
import { pythonEnvironment } from '../tools/python-environment.ts'
import { waitUntil } from '../tools/wait-until.ts'
import { freePort } from './free-port.ts'
import type { KubeApiServer } from './kube-api-server.ts'
import type { KubeClient } from './kube-client.ts'
import { type ServerProcess, startServer } from './server-process.ts'

/** What makes namespaces go away, owners take what they own with them, and Deployments have ReplicaSets. */
const CONTROLLERS = [
  'garbage-collector-controller',
  'namespace-controller',
  'serviceaccount-controller',
  'serviceaccount-token-controller',
  'root-ca-certificate-publisher-controller',
  'clusterrole-aggregation-controller',
  'deployment-controller',
  'replicaset-controller',
]

/** Starts one and waits until it works: its garbage collector begins only when it watches all kinds, which may take long on a busy machine. */
export async function startKubeControllerManager(api: KubeApiServer): Promise<ServerProcess> {
  const port = await freePort()
  const folder = path.dirname(api.kubeconfig)
  const server = await startServer(await pythonEnvironment(), {
    name: 'kube-controller-manager',
    program: path.join(await goProgram('kube-controller-manager'), 'kube-controller-manager'),
    words: [
      `--kubeconfig=${api.kubeconfig}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      `--cert-dir=${path.join(folder, 'controller-manager-certificates')}`,
      '--leader-elect=false',
      '--use-service-account-credentials=true',
      `--service-account-private-key-file=${api.serviceAccountKey}`,
      `--root-ca-file=${path.join(folder, 'certificates/apiserver.crt')}`,
      `--controllers=${CONTROLLERS.join(',')}`,
    ],
    // Its work is the sign: every namespace gets the account `default`.
    isReady: async () => (await api.client.find('/api/v1/namespaces/default/serviceaccounts/default')) !== undefined,
  })
  try {
    await collectsGarbage(api.client)
    return server
  } catch (thrown) {
    await server.stop()
    throw thrown
  }
}

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps'

async function collectsGarbage(client: KubeClient): Promise<void> {
  const name = `garbage-${randomUUID()}`
  const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'nobody', uid: randomUUID() }
  await client.call('POST', CONFIG_MAPS, { metadata: { name, ownerReferences: [owner] } })
  await waitUntil('garbage is collected', async () => (await client.find(`${CONFIG_MAPS}/${name}`)) === undefined)
}
