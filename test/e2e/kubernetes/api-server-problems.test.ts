import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { z } from 'zod'
import { type ApiServerProblems, apiServerProblems } from '../../../plugin/api/api-server/api-server-problems.ts'
import { customResourceDefinition } from '../../../plugin/api/crd/custom-resource-definition.ts'
import { customResources } from '../../../plugin/api/crd/custom-resources.ts'
import { generatorDefinitions } from '../../../plugin/api/crd/generator-definitions.ts'
import { structuralSchema } from '../../../plugin/api/crd/structural-schema.ts'
import type { StructuralSchema } from '../../../plugin/api/crd-facts.ts'
import { knownGeneratorSpecs } from '../../../plugin/api/known/known-generator-specs.ts'
import { knownProviderSchemas } from '../../../plugin/api/known/known-provider-schemas.ts'
import { clusterPushSecretSchema, pushSecretSchema } from '../../../plugin/api/push-secret.ts'
import { generators } from '../../../plugin/generators/registry.ts'
import { fieldName } from '../../../plugin/model/field-path.ts'
import { providers } from '../../../plugin/providers/registry.ts'
import { changed } from '../../unit/api/changed.ts'
import { type CrdServer, type Definition, startCrdServer } from './crd-server.ts'
import { everydayDocuments } from './everyday-documents.ts'
import type { Manifest } from './full-documents.ts'
import { type SchemaDocument, schemaDocuments } from './schema-documents.ts'

const AT_A_TIME = 16

/** What stands in the place of a field: each breaks another word of a schema. */
const VALUES: readonly (readonly [name: string, value: unknown])[] = [
  ['nothing', undefined],
  ['null', null],
  ['an empty string', ''],
  ['capitals and a space', 'No Name'],
  ['a number', 7],
  ['a negative number', -1],
  ['true', true],
  ['a list with null', [null]],
  ['an empty object', {}],
  ['an object with an unknown field', { unknownField: 1 }],
]
/** What stands in the place of an object's metadata, right and wrong. */
const METADATA: readonly unknown[] = [
  null,
  'app',
  [],
  {},
  ...['app', 'app.shop', 'App', 'app_shop', '-app', 'app-', '', 7, null, ['app'], 'a'.repeat(253), 'a'.repeat(254)].map(
    (name) => ({
      name,
    }),
  ),
  ...['app-', 'app', 'app.', 'App-', '', 7].map((generateName) => ({ generateName })),
  { name: 'app', generateName: 'App' },
  ...[
    { team: 'shop' },
    { team: '' },
    { team: null },
    { team: 7 },
    { team: true },
    { team: 'of the shop' },
    { team: 'shop/web' },
    { team: '-shop' },
    { team: 'a'.repeat(64) },
    { '': 'shop' },
    { 'shop.example.com/team': 'web' },
    { 'shop_example/team': 'web' },
    { 'a/b/c': 'web' },
    { ['a'.repeat(64)]: 'web' },
    [],
    'team',
    null,
  ].flatMap((map) => [
    { name: 'app', labels: map },
    { name: 'app', annotations: map },
  ]),
  { name: 'app', annotations: { note: 'a'.repeat(262_141) } },
  { name: 'app', annotations: { note: 'a'.repeat(262_140) } },
  ...[['a/b'], ['orphan'], [7], 'orphan', null].map((finalizers) => ({ name: 'app', finalizers })),
  ...[null, 7, '2026-08-08T12:00:00Z', 'yesterday'].map((creationTimestamp) => ({ name: 'app', creationTimestamp })),
  ...['1', 7, null].map((resourceVersion) => ({ name: 'app', resourceVersion })),
  ...[1, '1', 1.5].map((generation) => ({ name: 'app', generation })),
  { name: 'app', unknownField: 1 },
  { name: 'app', ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'a', uid: 'b' }] },
  { name: 'app', ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'a' }] },
  { name: 'app', ownerReferences: [7] },
]

const LONG = ['254 characters', 'a'.repeat(254)] as const

interface Asked {
  readonly name: string
  readonly document: Manifest
}

let server: CrdServer
let problemsOf: ApiServerProblems
let definitions: readonly Definition[]

before(async () => {
  const schemas = {
    providers: new Map<string, z.ZodType>([
      ...knownProviderSchemas,
      ...(await Promise.all([...providers].map(async ([id, load]) => [id, (await load()).config] as const))),
    ]),
    generators: new Map<string, z.ZodType>([
      ...knownGeneratorSpecs,
      ...(await Promise.all([...generators].map(async ([kind, load]) => [kind, (await load()).spec] as const))),
    ]),
  }
  problemsOf = apiServerProblems(schemas)
  definitions = [
    ...customResources.map((resource) => customResourceDefinition(resource, schemas.providers) as Definition),
    ...generatorDefinitions(schemas.generators).map(({ definition }) => definition as Definition),
    pushDefinition('PushSecret', structuralSchema(pushSecretSchema.shape.spec)),
    pushDefinition('ClusterPushSecret', structuralSchema(clusterPushSecretSchema.shape.spec)),
  ].map(asServed)
  server = await startCrdServer(definitions)
})
after(async () => await server.stop())

/** Of all versions, as ESO's chart has it with `crds.unsafeServeV1Beta1`. */
function asServed(definition: Definition): Definition {
  const versions = definition.spec.versions.map((version) => Object.assign({}, version, { served: true }))
  return { ...definition, spec: { ...definition.spec, versions } }
}

/** Nothing here acts on them, so they are not among the definitions that are installed. */
function pushDefinition(kind: string, spec: StructuralSchema): Definition {
  const plural = `${kind.toLowerCase()}s`
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec } } } as const
  const version = { name: 'v1alpha1', served: true, storage: true, subresources: { status: {} }, schema }
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.external-secrets.io` },
    spec: {
      group: 'external-secrets.io',
      scope: kind.startsWith('Cluster') ? 'Cluster' : 'Namespaced',
      names: { kind, plural },
      versions: [version],
    },
  }
}

/** Asks both about each object; gives where they differ, and how many the server took. */
async function compare(asked: readonly Asked[]): Promise<{ readonly differences: readonly string[]; readonly taken: number }> {
  const differences: string[] = []
  let taken = 0
  const left = asked.values()
  await Promise.all(
    Array.from({ length: AT_A_TIME }, async () => {
      for (const { name, document } of left) {
        const refusal = await server.refusal(document)
        const problems = problemsOf(document).map(({ path, message }) => `${fieldName(path)} ${message}`)
        taken += refusal === undefined ? 1 : 0
        if ((refusal === undefined) !== (problems.length === 0))
          differences.push(`${name}: the server: ${refusal ?? 'takes it'}; said: ${problems.join('; ') || 'takes it'}`)
      }
    }),
  )
  return { differences, taken }
}

/** Every field of every version of a kind, broken in every way, but for those that are `seen`: there would be fifty thousand objects otherwise. */
function brokenDocuments({ spec }: Definition, seen: Set<string>): readonly Asked[] {
  return spec.versions.flatMap(({ name: version, schema }) => {
    const own = schema.openAPIV3Schema.properties?.['spec'] ?? {}
    return schemaDocuments(own).flatMap((document) => {
      const shape = JSON.stringify([document.path.at(-1), schemaAt(own, document.path)])
      if (seen.has(shape)) return []
      seen.add(shape)
      return brokenAt(document, `${spec.names.kind} ${version}`).map(({ name, value }) => ({
        name,
        document: {
          apiVersion: `${spec.group}/${version}`,
          kind: spec.names.kind,
          metadata: { name: 'any' },
          spec: value as NonNullable<Manifest['spec']>,
        },
      }))
    })
  })
}

function brokenAt({ path, value }: SchemaDocument, head: string): readonly { readonly name: string; readonly value: unknown }[] {
  const place = `${head} ${fieldName(['spec', ...path])}`
  const isText = typeof path.at(-1) === 'string'
  return [
    { name: `${place}: as it fits`, value },
    ...[...VALUES, ...(isText ? [LONG] : [])].map(([name, other]) => ({
      name: `${place}: ${name}`,
      value: changed(value, path, other),
    })),
  ]
}

function schemaAt(schema: StructuralSchema, path: SchemaDocument['path']): StructuralSchema | undefined {
  return path.reduce<StructuralSchema | undefined>(
    (at, step) => (typeof step === 'number' ? at?.items : (at?.properties?.[step] ?? at?.additionalProperties)),
    schema,
  )
}

describe('what an API server says is what we say that it would', () => {
  test('of each field of each version of each kind, whatever stands in its place', async () => {
    const seen = new Set<string>()
    const broken = definitions.flatMap((definition) => brokenDocuments(definition, seen))
    const { differences, taken } = await compare(broken)
    assert.deepEqual(differences, [])
    assert.ok(taken > broken.length / 10, `${taken} of ${broken.length} taken`)
  })

  test('of metadata', async () => {
    const asked = METADATA.flatMap((metadata) =>
      ['ExternalSecret', 'ClusterSecretStore'].map((kind) => ({
        name: `${kind} ${JSON.stringify(metadata).slice(0, 200)}`,
        document: { apiVersion: 'external-secrets.io/v1', kind, metadata: metadata as Manifest['metadata'] },
      })),
    )
    const { differences, taken } = await compare(asked)
    assert.deepEqual(differences, [])
    assert.ok(taken > 10 && taken < asked.length - 20, `${taken} of ${asked.length} taken`)
  })

  test('of what people write, right and wrong', async () => {
    for (const apiVersion of ['external-secrets.io/v1', 'external-secrets.io/v1beta1'])
      assert.deepEqual((await compare(everydayDocuments(apiVersion))).differences, [])
  })
})
