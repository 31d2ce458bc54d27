import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { crdFiles, crdKustomization } from '../../../../.ci/crds.ts'
import type { StructuralSchema } from '../../../../plugin/api/crd-facts.ts'
import { clusterGeneratorField, GENERATOR_KINDS } from '../../../../plugin/api/generator-kinds.ts'
import { knownProviders } from '../../../../plugin/api/known-providers.ts'
import { generators } from '../../../../plugin/generators/registry.ts'
import { providers } from '../../../../plugin/providers/registry.ts'

interface Version {
  readonly name: string
  readonly served: boolean
  readonly storage: boolean
  readonly schema: { readonly openAPIV3Schema: StructuralSchema }
}

interface Definition {
  readonly metadata: { readonly name: string }
  readonly spec: { readonly versions: readonly Version[] }
}

interface Field {
  readonly path: string
  readonly schema: StructuralSchema
}

const files = await crdFiles()
const definitions: readonly Definition[] = files.map(([, text]) => parse(text))

function schemaOf(plural: string, version = 'v1'): StructuralSchema {
  const found = definitions.find(({ metadata }) => metadata.name === `${plural}.external-secrets.io`)
  const schema = found?.spec.versions.find(({ name }) => name === version)?.schema.openAPIV3Schema
  assert.ok(schema, `${plural} ${version}`)
  return schema
}

function fieldsOf(schema: StructuralSchema, path: string): readonly Field[] {
  const inside = [
    ...Object.entries(schema.properties ?? {}).map(([name, field]) => [`${path}.${name}`, field] as const),
    ...(schema.items ? [[`${path}[]`, schema.items] as const] : []),
    ...(schema.additionalProperties ? [[`${path}{}`, schema.additionalProperties] as const] : []),
  ]
  return [{ path, schema }, ...inside.flatMap(([place, field]) => fieldsOf(field, place))]
}

const allFields = definitions.flatMap(({ metadata, spec }) =>
  spec.versions.flatMap(({ name, schema }) => fieldsOf(schema.openAPIV3Schema, `${metadata.name}/${name}`)),
)

const isOfGenerators = (name: string): boolean => name.endsWith('.generators.external-secrets.io')

function names(schema: StructuralSchema | undefined): readonly string[] {
  return Object.keys(schema?.properties ?? {})
}

describe('the files of manifests/crds', () => {
  test('are those that the schemas make (npm run generate)', () => {
    for (const [file, text] of [...files, crdKustomization(files)])
      assert.equal(readFileSync(file, 'utf8'), text, fileURLToPath(file))
  })

  test('are all listed in the kustomization, and there are no others', () => {
    const { resources }: { resources: string[] } = parse(readFileSync('manifests/crds/kustomization.yaml', 'utf8'))
    const made = files.map(([file]) => file.pathname.slice(file.pathname.lastIndexOf('/') + 1)).toSorted()
    assert.deepEqual(resources, made)
    assert.deepEqual(globSync('*.yaml', { cwd: 'manifests/crds' }).toSorted(), ['kustomization.yaml', ...made].toSorted())
  })

  test('are small enough for the annotation in which kubectl keeps what was applied (262,144 bytes of JSON)', () => {
    for (const definition of definitions) assert.ok(JSON.stringify(definition).length < 262_144, definition.metadata.name)
  })
})

describe('every schema', () => {
  test('is structural: each field has one type, and names its fields or takes any', () => {
    const wrong = allFields.filter(
      ({ schema }) =>
        (!schema.type && !schema['x-kubernetes-int-or-string'] && !schema['x-kubernetes-preserve-unknown-fields']) ||
        (schema.properties && schema.additionalProperties) ||
        (schema.type === 'array' && !schema.items),
    )
    assert.deepEqual(
      wrong.map(({ path }) => path),
      [],
    )
  })

  test('says what each of its fields means', () => {
    const silent = allFields.filter(
      ({ path, schema }) => !/([\]}]|\/v1|\/v1beta1|\/v1alpha1|\.metadata)$/.test(path) && !schema.description,
    )
    assert.deepEqual(
      silent.map(({ path }) => path),
      [],
    )
  })

  test('has defaults that it would accept', () => {
    const wrong = allFields.filter(({ schema }) => schema.enum && 'default' in schema && !schema.enum.includes(schema.default))
    assert.deepEqual(wrong, [])
    assert.equal(schemaOf('externalsecrets').properties?.['spec']?.properties?.['refreshInterval']?.default, '1h0m0s')
  })
})

describe('versions', () => {
  test('v1 is served and stored, v1beta1 is neither', () => {
    for (const { spec } of definitions.filter(({ metadata }) => !isOfGenerators(metadata.name)))
      assert.deepEqual(
        spec.versions.map(({ name, served, storage }) => [name, served, storage]),
        [
          ['v1', true, true],
          ['v1beta1', false, false],
        ],
      )
  })

  test('generators have v1alpha1 alone', () => {
    for (const { metadata, spec } of definitions.filter((definition) => isOfGenerators(definition.metadata.name)))
      assert.deepEqual(
        spec.versions.map(({ name, served, storage }) => [name, served, storage]),
        [['v1alpha1', true, true]],
        metadata.name,
      )
  })

  test('v1beta1 lacks what came later, and has all else', () => {
    const [v1, v1beta1] = ['v1', 'v1beta1'].map((version) =>
      fieldsOf(schemaOf('externalsecrets', version), '').map(({ path }) => path),
    )
    assert.ok(v1 && v1beta1)
    assert.deepEqual(
      v1beta1.filter((path) => !v1.includes(path)),
      [],
    )
    assert.deepEqual(
      v1.filter((path) => !v1beta1.includes(path)).filter((path) => !/\.(syncWindows|manifest|merge)[.[]/.test(path)),
      [
        '.spec.target.template.metadata.finalizers',
        '.spec.target.template.metadata.finalizers[]',
        '.spec.target.template.templateFrom[].valuesDecodingStrategy',
        '.spec.target.manifest',
        '.spec.syncWindows',
        '.spec.data[].remoteRef.nullBytePolicy',
        '.spec.dataFrom[].extract.nullBytePolicy',
        '.spec.dataFrom[].find.nullBytePolicy',
        '.spec.dataFrom[].rewrite[].merge',
      ],
    )
  })
})

describe('spec.provider of a store', () => {
  const provider = schemaOf('secretstores').properties?.['spec']?.properties?.['provider']

  test('is exactly one of the names that ESO knows', () => {
    assert.deepEqual(names(provider), [...knownProviders].toSorted())
    assert.deepEqual([provider?.minProperties, provider?.maxProperties], [1, 1])
  })

  test('has the fields of the providers that are implemented, and keeps all of the others', () => {
    for (const [id, { properties, 'x-kubernetes-preserve-unknown-fields': keeps }] of Object.entries(provider?.properties ?? {}))
      assert.deepEqual([properties !== undefined, keeps === true], [providers.has(id), !providers.has(id)], id)
  })

  test('is the same in a ClusterSecretStore', () => {
    assert.deepEqual(schemaOf('clustersecretstores').properties?.['spec'], schemaOf('secretstores').properties?.['spec'])
  })
})

describe('generators', () => {
  const specOf = (plural: string): StructuralSchema | undefined =>
    schemaOf(`${plural}.generators`, 'v1alpha1').properties?.['spec']

  test('have a definition for every kind that is implemented, ClusterGenerator and GeneratorState', () => {
    const kinds = [...generators.keys(), 'ClusterGenerator', 'GeneratorState'].map((kind) => `${kind.toLowerCase()}s`)
    const defined = definitions.map(({ metadata }) => metadata.name).filter(isOfGenerators)
    assert.deepEqual(defined.toSorted(), kinds.map((plural) => `${plural}.generators.external-secrets.io`).toSorted())
  })

  test('have the same spec in a ClusterGenerator, exactly one', () => {
    const inside = specOf('clustergenerators')?.properties?.['generator']
    assert.deepEqual([inside?.minProperties, inside?.maxProperties], [1, 1])
    assert.deepEqual(inside?.properties?.['passwordSpec']?.properties, specOf('passwords')?.properties)
    assert.deepEqual(names(inside).toSorted(), GENERATOR_KINDS.map(clusterGeneratorField).toSorted())
  })
})

test('a ClusterExternalSecret has the spec of an ExternalSecret', () => {
  const inside = schemaOf('clusterexternalsecrets').properties?.['spec']?.properties?.['externalSecretSpec']
  assert.deepEqual(inside, schemaOf('externalsecrets').properties?.['spec'])
})
