import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parse } from 'yaml'
import { startEtcd } from '../servers/etcd.ts'
import { type KubeApiServer, startKubeApiServer } from '../servers/kube-api-server.ts'
import { startedServers } from '../servers/started-servers.ts'
import { waitUntil } from '../tools/wait-until.ts'
import type { Manifest } from './full-documents.ts'

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const FOLDER = new URL('../../../manifests/crds/', import.meta.url).pathname

/** A real API server with our CustomResourceDefinitions. */
export interface CrdServer {
  readonly api: KubeApiServer
  /** What the server says of an object that it is asked to create without keeping it: undefined when it takes it, otherwise its words. */
  refusal(document: Manifest): Promise<string | undefined>
  isServed(plural: string, version: string): Promise<boolean>
  stop(): Promise<void>
}

export const plurals: Readonly<Record<string, string>> = {
  ExternalSecret: 'externalsecrets',
  SecretStore: 'secretstores',
  ClusterSecretStore: 'clustersecretstores',
  ClusterExternalSecret: 'clusterexternalsecrets',
}

/** A definition of `manifests/crds`. */
export function crdOf(plural: string): { readonly metadata: { readonly name: string } } & Record<string, unknown> {
  return parse(readFileSync(`${FOLDER}${plural}.yaml`, 'utf8'))
}

export async function startCrdServer(): Promise<CrdServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'crds-'))
  const servers = startedServers()
  try {
    const etcd = servers.keep(await startEtcd(folder))
    const api = servers.keep(await startKubeApiServer(etcd, 'crds', folder))
    for (const plural of Object.values(plurals)) await api.client.call('POST', DEFINITIONS, crdOf(plural))
    await waitUntil('the kinds are served', async () => {
      const served = await Promise.all(Object.values(plurals).map((plural) => isServed(api, plural, 'v1')))
      return !served.includes(false)
    })
    return {
      api,
      refusal: (document) => refusal(api, document),
      isServed: (plural, version) => isServed(api, plural, version),
      async stop() {
        await servers.stop()
        await rm(folder, { recursive: true, force: true })
      },
    }
  } catch (thrown) {
    await servers.stop()
    throw thrown
  }
}

/** A new kind is unknown at first, and answers 429 while its storage is made. */
async function isServed({ client }: KubeApiServer, plural: string, version: string): Promise<boolean> {
  try {
    return (await client.find(collection(version, plural, undefined))) !== undefined
  } catch (thrown) {
    if ((thrown as Error).message.startsWith('Kubernetes answered 429 ')) return false
    throw thrown
  }
}

async function refusal({ client }: KubeApiServer, document: Manifest): Promise<string | undefined> {
  const plural = plurals[document.kind]
  if (plural === undefined) throw new Error(`${document.kind} is no kind of ours`)
  const version = document.apiVersion.slice(document.apiVersion.indexOf('/') + 1)
  const namespace = document.kind.startsWith('Cluster') ? undefined : (document.metadata.namespace ?? 'default')
  try {
    await client.call('POST', `${collection(version, plural, namespace)}?dryRun=All`, document)
    return undefined
  } catch (thrown) {
    const { message } = thrown as Error
    if (!/^Kubernetes answered (400|422) /.test(message)) throw thrown
    return /"message":"(.*?)","reason"/.exec(message)?.[1] ?? message
  }
}

function collection(version: string, plural: string, namespace: string | undefined): string {
  return `/apis/external-secrets.io/${version}/${namespace === undefined ? '' : `namespaces/${namespace}/`}${plural}`
}
