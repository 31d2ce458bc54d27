import { randomBytes } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { loadAll } from 'js-yaml'
import type { KubeApiServer } from '../servers/kube-api-server.ts'
import type { KubeClient } from '../servers/kube-client.ts'
import { goProgram } from '../tools/go-program.ts'
import { waitUntil } from '../tools/wait-until.ts'

/** The second API server's name in Argo CD. */
export const REMOTE_CLUSTER = 'remote'

const RIGHTS = [
  'p, reader, applications, get, */*, allow',
  'p, reader, projects, get, *, allow',
  'p, syncer, applications, get, */*, allow',
  'p, syncer, applications, sync, */*, allow',
]

const LABELS = { 'app.kubernetes.io/part-of': 'argocd' }

/** All that Argo CD reads when it starts: its kinds, its settings, one project that allows everything and the clusters. */
export async function writeArgoSettings(api: KubeApiServer, remote: KubeApiServer): Promise<void> {
  const { client } = api
  await client.call('POST', '/api/v1/namespaces', { metadata: { name: 'argocd' } })
  for (const file of globSync(path.join(await goProgram('argocd'), 'manifests/crds/*-crd.yaml'))) {
    for (const crd of loadAll(readFileSync(file, 'utf8')) as readonly object[]) await createKind(client, crd)
  }
  const settings: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'argocd-cm': { 'accounts.reader': 'apiKey', 'accounts.syncer': 'apiKey' },
    'argocd-rbac-cm': { 'policy.csv': RIGHTS.join('\n') },
  }
  for (const [name, data] of Object.entries(settings)) {
    await client.call('POST', '/api/v1/namespaces/argocd/configmaps', { metadata: { name, labels: LABELS }, data })
  }
  await createSecret(client, 'argocd-secret', LABELS, { 'server.secretkey': randomBytes(32).toString('base64') })
  await createSecret(client, 'remote-cluster', { 'argocd.argoproj.io/secret-type': 'cluster' }, clusterData(remote))
  await createProject(client, 'default')
}

/** A project whose applications may come from and go to everywhere. */
export async function createProject(client: KubeClient, name: string): Promise<void> {
  await client.call('POST', '/apis/argoproj.io/v1alpha1/namespaces/argocd/appprojects', {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AppProject',
    metadata: { name },
    spec: {
      sourceRepos: ['*'],
      sourceNamespaces: ['*'],
      destinations: [{ server: '*', namespace: '*' }],
      clusterResourceWhitelist: [{ group: '*', kind: '*' }],
    },
  })
}

/** A CustomResourceDefinition, and waits until it is served. */
export async function createKind(client: KubeClient, crd: object): Promise<void> {
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
  const { metadata } = await client.call('POST', definitions, crd)
  await waitUntil(`${metadata.name} is established`, async () => {
    const { status } = await client.call('GET', `${definitions}/${metadata.name}`)
    return isEstablished(status)
  })
}

async function createSecret(client: KubeClient, name: string, labels: object, stringData: object): Promise<void> {
  await client.call('POST', '/api/v1/namespaces/argocd/secrets', { metadata: { name, labels }, stringData })
}

function clusterData({ url, ca, token }: KubeApiServer): object {
  const config = { bearerToken: token, tlsClientConfig: { caData: Buffer.from(ca).toString('base64') } }
  return { name: REMOTE_CLUSTER, server: url, config: JSON.stringify(config) }
}

function isEstablished(status: unknown): boolean {
  const { conditions } = (status ?? {}) as {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[] | null
  }
  return conditions?.some(({ type, status: holds }) => type === 'Established' && holds === 'True') ?? false
}
