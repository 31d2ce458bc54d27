import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { parse } from 'yaml'
import { readGenerator } from '../../../plugin/api/read-generator.ts'
import { generatorResource } from '../../../plugin/controller/generators/usable-generators.ts'
import { generators } from '../../../plugin/generators/registry.ts'
import { fieldName } from '../../../plugin/model/field-path.ts'
import { startEtcd } from '../servers/etcd.ts'
import { type KubeApiServer, startKubeApiServer } from '../servers/kube-api-server.ts'
import { startedServers } from '../servers/started-servers.ts'
import { waitUntil } from '../tools/wait-until.ts'
import { documentedExamples } from './documented-examples.ts'
import type { Manifest } from './full-documents.ts'
import { singleMutations } from './mutations.ts'

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const GENERATORS = 'generators.external-secrets.io/v1alpha1'
const AT_A_TIME = 16

/** What `validate` refuses although the server takes it: a ClusterGenerator without a spec can never work. */
const FURTHER = new Set(['ClusterGenerator spec: null', 'ClusterGenerator spec: nothing'])

/** Every field of the kinds that ask nobody. */
const FULL: readonly Manifest[] = [
  full('Fake', { controller: 'own', data: { a: 'b' } }),
  full('Password', {
    length: 20,
    digits: 1,
    symbols: 2,
    symbolCharacters: '-',
    noUpper: true,
    allowRepeat: true,
    secretKeys: ['a', 'b'],
    encoding: 'hex',
  }),
  full('UUID', {}),
  full('SSHKey', { keyType: 'ecdsa', keySize: 384, comment: 'x' }),
  full('ClusterGenerator', { kind: 'Password', generator: { passwordSpec: { length: 20, secretKeys: ['a'] } } }),
]

function full(kind: string, spec: Readonly<Record<string, unknown>>): Manifest {
  return { apiVersion: GENERATORS, kind, metadata: { name: 'full' }, spec }
}

const servers = startedServers()
let folder: string
let api: KubeApiServer

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'generator-crds-'))
  const etcd = servers.keep(await startEtcd(folder))
  api = servers.keep(await startKubeApiServer(etcd, 'generator-crds', folder))
  for (const kind of [...generators.keys(), 'ClusterGenerator', 'GeneratorState'])
    await api.client.call(
      'POST',
      DEFINITIONS,
      parse(readFileSync(`manifests/crds/${generatorResource(kind).plural}.yaml`, 'utf8')),
    )
  for (const { kind } of FULL) await waitUntil(`${kind} is served`, () => isServed(kind))
})
after(async () => {
  await servers.stop()
  await rm(folder, { recursive: true, force: true })
})

async function isServed(kind: string): Promise<boolean> {
  try {
    return (await api.client.find(collectionOf(kind))) !== undefined
  } catch {
    return false
  }
}

function collectionOf(kind: string): string {
  const { plural, isNamespaced } = generatorResource(kind)
  return `/apis/${GENERATORS}/${isNamespaced ? 'namespaces/default/' : ''}${plural}`
}

async function refusal(document: Manifest): Promise<string | undefined> {
  try {
    await api.client.call('POST', `${collectionOf(document.kind)}?dryRun=All`, document)
    return undefined
  } catch (thrown) {
    return (thrown as Error).message
  }
}

test('every definition is established, with no word against its schema', async () => {
  for (const kind of [...generators.keys(), 'ClusterGenerator', 'GeneratorState']) {
    const name = `${generatorResource(kind).plural}.generators.external-secrets.io`
    const conditions = async (): Promise<string> => {
      const kept = await api.client.call('GET', `${DEFINITIONS}/${name}`)
      const { conditions: all = [] } = kept['status'] as { conditions?: readonly { type: string; status: string }[] }
      return all
        .map(({ type, status }) => `${type} ${status}`)
        .toSorted()
        .join()
    }
    await waitUntil(
      `${kind} is established`,
      async () => (await conditions()) === 'Established True,NamesAccepted True',
      conditions,
    )
  }
})

describe('server and validate agree', () => {
  for (const document of FULL) {
    test(`on a ${document.kind} with anything in the place of any field`, async () => {
      const specs = new Map(await Promise.all([...generators].map(async ([kind, load]) => [kind, (await load()).spec] as const)))
      const differences: string[] = []
      const left = [{ name: 'as it is', document }, ...singleMutations(document)].values()
      let taken = 0
      await Promise.all(
        Array.from({ length: AT_A_TIME }, async () => {
          for (const { name, document: changed } of left) {
            const refused = await refusal(changed)
            const problems = readGenerator(changed, specs).problems.map(
              ({ path: field, message }) => `${fieldName(field)} ${message}`,
            )
            if (refused === undefined) taken++
            const isFurther = FURTHER.has(`${document.kind} ${name}`)
            if ((refused === undefined) !== (problems.length === 0 || isFurther))
              differences.push(`${name}: the server: ${refused ?? 'takes it'}, validate: ${problems.join('; ') || 'takes it'}`)
          }
        }),
      )
      assert.deepEqual(differences, [])
      assert.ok(taken > 0)
    })
  }
})

test('the server takes every example of the documentation, of which there is one of each kind', async () => {
  const kinds = [...generators.keys(), 'ClusterGenerator', 'GeneratorState']
  const examples = documentedExamples('generators.external-secrets.io', kinds)
  assert.deepEqual([...new Set(examples.map(([, { kind }]) => kind))].toSorted(), kinds.toSorted())
  const refused: string[] = []
  for (const [place, document] of examples) {
    const { namespace: _, ...metadata } = document.metadata
    await waitUntil(`${document.kind} is served`, () => isServed(document.kind))
    const words = await refusal({ ...document, metadata })
    if (words !== undefined) refused.push(`${place}: ${words}`)
  }
  assert.deepEqual(refused, [])
})
