import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parse } from 'yaml'
import type { StructuralSchema } from '../../../plugin/api/crd-facts.ts'
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

/** What a CustomResourceDefinition has, as far as the tests read it. */
export interface Definition extends Record<string, unknown> {
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly group: string
    readonly scope: 'Namespaced' | 'Cluster'
    readonly names: { readonly kind: string; readonly plural: string }
    readonly versions: readonly {
      readonly name: string
      readonly served: boolean
      readonly schema: { readonly openAPIV3Schema: StructuralSchema }
    }[]
  }
}

/** A definition of `manifests/crds`. */
export function crdOf(plural: string): Definition {
  return parse(readFileSync(`${FOLDER}${plural}.yaml`, 'utf8'))
}

/** Starts one with these definitions, by default those that are installed. */
export async function startCrdServer(definitions: readonly Definition[] = Object.values(plurals).map(crdOf)): Promise<CrdServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'crds-'))
  const servers = startedServers()
  try {
    const etcd = servers.keep(await startEtcd(folder))
    const api = servers.keep(await startKubeApiServer(etcd, 'crds', folder))
    for (const definition of definitions) await api.client.call('POST', DEFINITIONS, definition)
    const collections = definitions.flatMap(({ spec }) =>
      spec.versions.filter(({ served }) => served).map(({ name }) => `/apis/${spec.group}/${name}/${spec.names.plural}`),
    )
    await waitUntil('the kinds are served', async () => {
      const served = await Promise.all(collections.map((collection) => isServed(api, collection)))
      return !served.includes(false)
    })
    return {
      api,
      refusal: (document) => refusal(api, document, definitions),
      isServed: (plural, version) => isServed(api, `/apis/external-secrets.io/${version}/${plural}`),
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
async function isServed({ client }: KubeApiServer, collection: string): Promise<boolean> {
  try {
    return (await client.find(collection)) !== undefined
  } catch (thrown) {
    if ((thrown as Error).message.startsWith('Kubernetes answered 429 ')) return false
    throw thrown
  }
}

async function refusal(
  { client }: KubeApiServer,
  document: Manifest,
  definitions: readonly Definition[],
): Promise<string | undefined> {
  try {
    await client.call('POST', `${collectionOf(document, definitions)}?dryRun=All`, document)
    return undefined
  } catch (thrown) {
    const { message } = thrown as Error
    if (!/^Kubernetes answered (400|422) /.test(message)) throw thrown
    return /"message":"(.*?)","reason"/.exec(message)?.[1] ?? message
  }
}

function collectionOf({ apiVersion, kind, metadata }: Manifest, definitions: readonly Definition[]): string {
  const group = apiVersion.slice(0, apiVersion.indexOf('/'))
  const definition = definitions.find(({ spec }) => spec.names.kind === kind && spec.group === group)
  if (!definition) throw new Error(`${kind} is no kind of ours`)
  const { names, scope } = definition.spec
  const namespace = scope === 'Cluster' ? '' : `namespaces/${metadata?.namespace ?? 'default'}/`
  return `/apis/${apiVersion}/${namespace}${names.plural}`
}
