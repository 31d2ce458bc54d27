import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { z } from 'zod'
import type { StructuralSchema } from '../../../plugin/api/crd-facts.ts'
import { providers } from '../../../plugin/providers/registry.ts'
import { waitUntil } from '../tools/wait-until.ts'
import { type CrdServer, crdOf, plurals, startCrdServer } from './crd-server.ts'
import { documentedExamples } from './documented-examples.ts'
import { everydayDocuments } from './everyday-documents.ts'
import { fullDocuments, type Manifest } from './full-documents.ts'
import { type Mutation, pathsOf, randomMutations, singleMutations } from './mutations.ts'
import { FURTHER, LESS, schemaVerdict } from './schema-verdict.ts'

const SEED = 20_260_808
const AT_A_TIME = 16

let server: CrdServer
let schemas: ReadonlyMap<string, z.ZodType>

before(async () => {
  server = await startCrdServer()
  schemas = new Map(await Promise.all([...providers].map(async ([id, load]) => [id, (await load()).config] as const)))
})
after(async () => await server.stop())

interface Compared {
  readonly differences: readonly string[]
  /** How many objects the server took. */
  readonly taken: number
}

/** The known differences that have been met. */
const met = new Set<string>()

/** Asks server and schemas about each object; says where they differ but for what {@link FURTHER} and {@link LESS} list. */
async function compare(mutations: readonly Mutation[]): Promise<Compared> {
  const differences: string[] = []
  let taken = 0
  const left = mutations.values()
  await Promise.all(
    Array.from({ length: AT_A_TIME }, async () => {
      for (const { name, document } of left) {
        const refusal = await server.refusal(document)
        const { problems, further } = schemaVerdict(document, schemas)
        for (const reason of further) met.add(reason)
        taken += refusal === undefined ? 1 : 0
        const [less] = Object.entries(LESS).find(([, words]) => words.test(refusal ?? '')) ?? []
        if (less) met.add(less)
        if ((refusal === undefined) === (problems.length === 0) || (less && problems.length === 0)) continue
        differences.push(`${name}: the server: ${refusal ?? 'takes it'}, validate ${problems.join('; ') || 'takes it'}`)
      }
    }),
  )
  return { differences, taken }
}

describe('the definitions on a real API server', () => {
  test('are established, with no word against their schemas', async () => {
    for (const plural of Object.values(plurals)) {
      const { metadata } = crdOf(plural)
      const kept = await server.api.client.call('GET', `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${metadata.name}`)
      const { conditions } = kept['status'] as { conditions: readonly { type: string; status: string }[] }
      assert.deepEqual(
        conditions.map(({ type, status }) => `${type} ${status}`).toSorted(),
        ['Established True', 'NamesAccepted True'],
        plural,
      )
    }
  })
})

describe('what the server keeps', () => {
  const stores = '/apis/external-secrets.io/v1/namespaces/default/secretstores'

  test('of a provider that is not served: everything', async () => {
    const provider = { akeyless: { akeylessGWApiURL: 'https://a.example', authSecretRef: { any: [{ deep: 1 }] }, unknown: true } }
    const store = { apiVersion: 'external-secrets.io/v1', kind: 'SecretStore', metadata: { name: 'kept' }, spec: { provider } }
    const kept = await server.api.client.call('POST', stores, store)
    assert.deepEqual(kept['spec'], { provider })
  })

  test('of others: what is known, with defaults', async () => {
    const provider = { vault: { server: 'https://vault.example.com', unknown: true } }
    const store = { apiVersion: 'external-secrets.io/v1', kind: 'SecretStore', metadata: { name: 'pruned' }, spec: { provider } }
    const kept = await server.api.client.call('POST', stores, store)
    assert.deepEqual(kept['spec'], { provider: { vault: { server: 'https://vault.example.com', version: 'v2' } } })
  })

  test('of a status: what a controller writes, by the subresource alone', async () => {
    const store = { apiVersion: 'external-secrets.io/v1', kind: 'SecretStore', metadata: { name: 'with-status' } }
    const conditions = [
      { type: 'Ready', status: 'True', reason: 'Valid', message: 'store validated', lastTransitionTime: '2026-08-08T00:00:00Z' },
    ]
    const status = { conditions, capabilities: 'ReadOnly' }
    const made = await server.api.client.call('POST', stores, { ...store, spec: { provider: { fake: { data: [] } } }, status })
    assert.equal(made['status'], undefined)
    const written = await server.api.client.call('PATCH', `${stores}/with-status/status`, { status })
    assert.deepEqual(written['status'], status)
  })
})

describe('every field that is served', () => {
  test('stands in one of the valid objects that the comparison starts from', () => {
    const used = new Set(
      [...fullDocuments.values()].flatMap((document) => pathsOf(document).map((path) => fieldOf(document.kind, path))),
    )
    const missing = Object.entries(plurals)
      .filter(([kind]) => kind !== 'SecretStore')
      .flatMap(([kind, plural]) => servedFields(crdOf(plural)).map((field) => `${kind}${field}`))
      .filter((field) => !used.has(field) && !field.startsWith('ClusterExternalSecret.spec.externalSecretSpec.'))
    assert.deepEqual(missing, [])
  })

  for (const [name, document] of fullDocuments) {
    test(`${name}: server and validate take it, and agree on it with anything in the place of any field`, async () => {
      assert.equal(await server.refusal(document), undefined)
      assert.deepEqual(schemaVerdict(document, schemas), { problems: [], further: [] })
      const single = singleMutations(document)
      const { differences, taken } = await compare(single)
      assert.deepEqual(differences, [])
      assert.ok(taken > 0 && taken < single.length, `${taken} of ${single.length} taken`)
    })
  }

  test('agrees also where several are wrong at once (seeded)', async () => {
    const mutations = [...fullDocuments.values()].flatMap((document, index) => randomMutations(document, SEED + index, 100))
    assert.deepEqual((await compare(mutations)).differences, [])
  })

  test('agrees on what people write, right and wrong', async () => {
    const documents = everydayDocuments('external-secrets.io/v1')
    const { differences, taken } = await compare(documents)
    assert.deepEqual(differences, [])
    assert.ok(taken > 40 && taken < documents.length - 40, `${taken} of ${documents.length} taken`)
  })

  test('each known difference is one: what validate refuses further, and what it takes', () => {
    assert.deepEqual(
      [...Object.keys(FURTHER), 'rules between fields of a provider', ...Object.keys(LESS)].filter((name) => !met.has(name)),
      ['words that v1beta1 does not have'],
    )
  })
})

describe('the examples of the documentation', () => {
  const examples = documentedExamples('external-secrets.io', Object.keys(plurals))

  test('are many, and some are in v1beta1', () => {
    assert.ok(examples.length > 30, `${examples.length} examples`)
    assert.ok(examples.some(([, { apiVersion }]) => apiVersion === 'external-secrets.io/v1beta1'))
  })

  test('are taken by the server; those in v1beta1 once an administrator has it served', async () => {
    const [old, current] = [true, false].map((isOld) =>
      examples.filter(([, { apiVersion }]) => apiVersion.endsWith('v1beta1') === isOld),
    )
    assert.deepEqual(await refused(current ?? []), [])
    await serveV1beta1()
    assert.deepEqual(await refused(old ?? []), [])
  })

  test('and what people write is in v1beta1 what it is in v1, but for what that version does not have', async () => {
    const documents = everydayDocuments('external-secrets.io/v1beta1')
    // Fields of v1 alone are dropped there before anything looks at them; validate reads them, with a warning.
    const old = documents.filter(({ name }) => !/^ClusterExternalSecret|merge: \{into|manifest:|syncWindows:/.test(name))
    const { differences } = await compare(old)
    assert.deepEqual(differences, [])
    assert.ok(met.has('words that v1beta1 does not have'))
  })
})

async function refused(examples: ReturnType<typeof documentedExamples>): Promise<readonly string[]> {
  const answers = await Promise.all(
    examples.map(async ([place, document]) => [place, await server.refusal(inNamespace(document))] as const),
  )
  return answers.filter(([, refusal]) => refusal !== undefined).map(([place, refusal]) => `${place}: ${refusal}`)
}

/** The server keeps no namespaces but its own. */
function inNamespace({ metadata, ...document }: Manifest): Manifest {
  return { ...document, metadata: { ...metadata, namespace: 'default' } }
}

/** external-secrets.md 1: what ESO's chart does with `crds.unsafeServeV1Beta1`. */
async function serveV1beta1(): Promise<void> {
  for (const plural of ['externalsecrets', 'secretstores', 'clustersecretstores']) {
    const { metadata, spec } = crdOf(plural)
    const versions = spec.versions.map((version) => Object.assign({}, version, { served: true }))
    await server.api.client.call('PATCH', `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${metadata.name}`, {
      spec: { versions },
    })
    await waitUntil(`v1beta1 of ${plural} is served`, async () => await server.isServed(plural, 'v1beta1'))
  }
}

/** `ExternalSecret.spec.data[].secretKey`; what is in a map has no field of its own. */
function fieldOf(kind: string, path: readonly (string | number)[]): string {
  return kind + path.map((step) => (typeof step === 'number' ? '[]' : `.${step}`)).join('')
}

function servedFields(definition: ReturnType<typeof crdOf>): readonly string[] {
  const spec = definition.spec.versions[0]?.schema.openAPIV3Schema.properties?.['spec']
  return spec ? fieldsBelow(spec, '.spec') : []
}

function fieldsBelow(schema: StructuralSchema, path: string): readonly string[] {
  if (schema['x-kubernetes-preserve-unknown-fields']) return []
  const fields = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => fieldsBelow(field, `${path}.${name}`))
  const items = schema.items ? fieldsBelow(schema.items, `${path}[]`) : []
  return fields.length + items.length > 0 ? [...fields, ...items] : [path]
}
