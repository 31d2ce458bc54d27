import path from 'node:path'
import { goProgram } from '../tools/go-program.ts'
import { pythonEnvironment } from '../tools/python-environment.ts'
import { freePort } from './free-port.ts'
import type { KubeApiServer } from './kube-api-server.ts'
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

export async function startKubeControllerManager(api: KubeApiServer): Promise<ServerProcess> {
  const port = await freePort()
  const folder = path.dirname(api.kubeconfig)
  return await startServer(await pythonEnvironment(), {
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
}
