import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { objectSchemas } from '../../plugin/argocd/object-schemas.ts'
import type { Render, RenderPorts } from '../../plugin/argocd/render-manifests.ts'
import type { RenderRequest } from '../../plugin/argocd/render-request.ts'
import { generators } from '../../plugin/generators/registry.ts'
import { SecretError } from '../../plugin/model/secret-error.ts'
import { type MemoryGenerator, memoryGenerator } from '../support/memory-generator.ts'
import { objectsOf, renderText, STORE } from '../support/render.ts'
import { DATA, db, externalSecret, generates, generator, problemsOf, secretsOf, stream } from '../support/render-cases.ts'

const PASSTHROUGH = '  annotations: {argocd-external-secrets.io/delivery: passthrough}'
const FAKE = generator('Fake', '{data: {user: ada, pass: s3cret}}')
const MEMORY = generator('MFA', '{secret: {name: made}}')

/** A render with a generator that counts behind the kind MFA. */
async function renderWith(
  memory: MemoryGenerator,
  text: string,
  { request = {}, provider = db() }: { request?: Partial<RenderRequest>; provider?: ReturnType<typeof db> } = {},
): Promise<Render> {
  const known = new Map([...generators, ['MFA', async () => memory.generator] as const])
  const schemas: RenderPorts['schemas'] = objectSchemas(new Map([['fake', async () => provider.provider]]), known)
  return renderText(text, provider, request, undefined, { schemas })
}

describe('a generator of the stream', () => {
  test('gives its values to the ExternalSecret that names it', async () => {
    const [secret] = await secretsOf(stream(FAKE, externalSecret({ spec: generates('Fake') })))
    assert.deepEqual(secret?.values, { user: 'ada', pass: 's3cret' })
  })

  test('is found in a ClusterGenerator from every namespace', async () => {
    const cluster = generator('ClusterGenerator', '{kind: Fake, generator: {fakeSpec: {data: {a: b}}}}')
    const [secret] = await secretsOf(stream(cluster, externalSecret({ spec: generates('ClusterGenerator') })))
    assert.deepEqual(secret?.values, { a: 'b' })
  })

  test('is found in the own namespace alone', async () => {
    const [problem] = await problemsOf(
      stream(generator('Fake', '{}', { namespace: 'other' }), externalSecret({ spec: generates('Fake') })),
    )
    assert.equal(problem?.kind, 'InvalidSpec')
    assert.equal(problem?.message, 'there is no Fake "gen" in namespace "default" in this stream')
    assert.equal(problem?.remedy, 'the stream has Fake other/gen')
    assert.equal(problem?.place.field, 'spec.dataFrom[0].sourceRef.generatorRef')
  })

  test('has its keys rewritten and checked, and neither converted nor decoded', async () => {
    const made = generator('Fake', '{data: {"a.b": aGVsbG8=}}')
    const rewrite = ', rewrite: [{regexp: {source: "^", target: "x-"}}]'
    const [secret] = await secretsOf(stream(made, externalSecret({ spec: generates('Fake', rewrite) })))
    assert.deepEqual(secret?.values, { 'x-a.b': 'aGVsbG8=' })
    const [problem] = await problemsOf(
      stream(generator('Fake', '{data: {"a/b": c}}'), externalSecret({ spec: generates('Fake') })),
    )
    assert.match(problem?.message ?? '', /invalid character/)
  })

  test('is merged in the order of the entries, and data over it', async () => {
    const spec = `  dataFrom: [{extract: {key: db}}, {sourceRef: {generatorRef: {kind: Fake, name: gen}}}]\n${DATA}`
    const made = generator('Fake', '{data: {username: grace, password: made, more: x}}')
    const [secret] = await secretsOf(stream(STORE, made, externalSecret({ spec })))
    assert.deepEqual(secret?.values, { username: 'grace', password: 's3cret', more: 'x' })
  })

  test('is told by kind and name, once for each ExternalSecret, also when something else fails afterwards', async () => {
    const ask = '{sourceRef: {generatorRef: {kind: Fake, name: gen}}}'
    const twice = externalSecret({ spec: `  dataFrom: [${ask}, ${ask}]` })
    const fails = externalSecret({ target: '{template: {data: {a: "{{ .absent }}"}}}', spec: generates('Fake') })
    const { generated, problems } = await renderText(stream(FAKE, twice, fails.replace('name: app', 'name: fails')), db())
    assert.equal(problems.length, 1)
    assert.deepEqual(
      generated,
      ['default/app', 'default/fails'].map((externalSecret) => ({ externalSecret, generator: 'Fake default/gen' })),
    )
  })

  test('needs no store', async () => {
    const without = externalSecret({ spec: generates('Fake') }).replace('  secretStoreRef: {name: store}\n', '')
    assert.equal((await secretsOf(stream(FAKE, without)))[0]?.values['user'], 'ada')
  })

  test('feeds templates', async () => {
    const target = '{template: {data: {url: "{{ .user }}:{{ .pass }}"}}}'
    const [secret] = await secretsOf(stream(FAKE, externalSecret({ target, spec: generates('Fake') })))
    assert.deepEqual(secret?.values, { url: 'ada:s3cret' })
  })

  test('is asked once for each entry', async () => {
    const memory = memoryGenerator()
    const entry = (name: string): string => `{sourceRef: {generatorRef: {kind: MFA, name: gen}}, ${rename(name)}}`
    const twice = externalSecret({ spec: `  dataFrom: [${entry('one')}, ${entry('two')}]` })
    const render = await renderWith(memory, stream(MEMORY, twice, externalSecret({ name: 'b', spec: generates('MFA') })))
    const values = objectsOf(render).flatMap((object) => Object.values(object.values))
    assert.deepEqual(values.toSorted(), ['made 1', 'made 2', 'made 3'])
  })
})

const rename = (name: string): string => `rewrite: [{regexp: {source: ".*made.*", target: ${name}}}]`

describe('a generator is not asked', () => {
  for (const [what, other] of [
    ['a store is missing', externalSecret({ name: 'b' }).replace('{name: store}', '{name: absent}')],
    ['a template cannot be read', externalSecret({ name: 'b', target: '{template: {data: {a: "{{ .x"}}}' })],
    ['another generator is missing', externalSecret({ name: 'b', spec: generates('Fake') })],
  ] as const) {
    test(`when ${what}`, async () => {
      const memory = memoryGenerator()
      const render = await renderWith(memory, stream(STORE, MEMORY, externalSecret({ spec: generates('MFA') }), other))
      assert.equal(render.output, undefined)
      assert.deepEqual(memory.calls, [])
    })
  }

  test('when a store could not be read, and nothing more is said of it', async () => {
    const memory = memoryGenerator()
    const open = () => Promise.reject(new SecretError('Unavailable', 'away'))
    const provider = { ...db(), provider: { ...db().provider, open } }
    const spec = `  dataFrom: [{extract: {key: db}}, {sourceRef: {generatorRef: {kind: MFA, name: gen}}}]`
    const both = stream(STORE, MEMORY, externalSecret({ spec }), externalSecret({ name: 'b', spec: generates('MFA') }))
    const { problems } = await renderWith(memory, both, { provider })
    assert.deepEqual(
      problems.map(({ kind }) => kind),
      ['Unavailable'],
    )
    assert.deepEqual(memory.calls, [])
  })

  test('in a render of uploaded files (R12): what names it passes through, with it', async () => {
    const memory = memoryGenerator()
    const text = stream(MEMORY, externalSecret({ spec: generates('MFA') }))
    const render = await renderWith(memory, text, { request: { guard: 'streamed' } })
    assert.deepEqual(memory.calls, [])
    assert.deepEqual(
      objectsOf(render).map(({ kind }) => kind),
      ['MFA', 'ExternalSecret'],
    )
  })

  test('when the ExternalSecret makes nothing', async () => {
    const memory = memoryGenerator()
    const text = stream(MEMORY, externalSecret({ target: '{creationPolicy: None}', spec: generates('MFA') }))
    assert.ok((await renderWith(memory, text)).output)
    assert.deepEqual(memory.calls, [])
  })
})

describe('a generator that fails', () => {
  test('fails its ExternalSecret with its kind, name, field and remedy', async () => {
    const memory = memoryGenerator()
    memory.failure = new SecretError('AccessDenied', 'it was refused', { place: { field: 'spec.secret' }, remedy: 'grant it' })
    const { problems, output } = await renderWith(memory, stream(STORE, MEMORY, externalSecret({ spec: generates('MFA') })))
    assert.equal(output, undefined)
    const [problem, ...more] = problems
    assert.deepEqual(more, [])
    assert.equal(problem?.kind, 'AccessDenied')
    assert.equal(problem?.message, 'MFA default/gen (spec.secret, file-0.yaml:6) could not generate: it was refused')
    assert.equal(problem?.remedy, 'grant it')
    assert.equal(problem?.place.object, 'ExternalSecret default/app')
    assert.equal(problem?.place.field, 'spec.dataFrom[0].sourceRef.generatorRef')
  })

  test('is found in a ClusterGenerator by the field that stands there', async () => {
    const memory = memoryGenerator()
    memory.failure = new SecretError('InvalidSpec', 'it cannot be', { place: { field: 'spec.secret.name' } })
    const cluster = generator('ClusterGenerator', '{kind: MFA, generator: {mfaSpec: {secret: {name: x}}}}')
    const { problems } = await renderWith(memory, stream(cluster, externalSecret({ spec: generates('ClusterGenerator') })))
    assert.match(problems[0]?.message ?? '', /^ClusterGenerator gen \(spec\.generator\.mfaSpec\.secret\.name, /)
  })

  test('is never left out, whatever deletionPolicy says', async () => {
    const memory = memoryGenerator()
    memory.failure = new SecretError('NotFound', 'gone')
    const text = stream(MEMORY, externalSecret({ target: '{deletionPolicy: Merge}', spec: generates('MFA') }))
    assert.equal((await renderWith(memory, text)).problems[0]?.kind, 'NotFound')
  })
})

describe('the output', () => {
  const kindsOf = async (text: string, request: Partial<RenderRequest> = {}): Promise<readonly string[]> =>
    objectsOf(await renderText(text, db(), request)).map(({ kind }) => kind)

  test('has no generator of a stream that is rendered', async () => {
    assert.deepEqual(await kindsOf(stream(FAKE, externalSecret({ spec: generates('Fake') }))), ['Secret'])
  })

  test('keeps them with --keep-stores', async () => {
    assert.deepEqual(await kindsOf(stream(FAKE, externalSecret({ spec: generates('Fake') })), { stores: 'keep' }), [
      'Fake',
      'Secret',
    ])
  })

  test('keeps them byte for byte beside what is passed through', async () => {
    const text = stream(FAKE, externalSecret({ metadata: PASSTHROUGH, spec: generates('Fake') }))
    const { output } = await renderText(text, db())
    assert.equal(new TextDecoder().decode(output), text)
  })
})

describe('credentials of a generator', () => {
  const secret = (namespace: string): string =>
    `apiVersion: v1\nkind: Secret\nmetadata: {name: made, namespace: ${namespace}}\nstringData: {token: t}\n`
  const asking = stream(generator('MFA', '{secret: {name: made, key: token}}'), externalSecret({ spec: generates('MFA') }))

  test('are those of its own namespace in the stream', async () => {
    assert.ok((await renderWith(memoryGenerator(), stream(secret('default'), asking))).output)
    const { problems } = await renderWith(memoryGenerator(), stream(secret('other'), asking))
    assert.match(problems[0]?.message ?? '', /no key "token" of a Secret "made" in namespace "default"/)
  })
})

describe('a generatorRef', () => {
  test('under data is refused with the way to say it', async () => {
    const spec = '  data: [{secretKey: a, remoteRef: {key: k}, sourceRef: {generatorRef: {kind: Fake, name: gen}}}]'
    const [problem] = await problemsOf(stream(FAKE, externalSecret({ spec })))
    assert.equal(problem?.place.field, 'spec.data[0].sourceRef.generatorRef')
    assert.equal(problem?.remedy, 'name it in dataFrom, and rename its keys there with rewrite')
  })

  test('to another group is refused', async () => {
    const spec = '  dataFrom: [{sourceRef: {generatorRef: {apiVersion: apps/v1, kind: Fake, name: gen}}}]'
    const [problem] = await problemsOf(stream(FAKE, externalSecret({ spec })))
    assert.match(problem?.message ?? '', /may only reference the generators group, but got "apps"/)
  })

  test('beside an extract has no effect, as in External Secrets Operator', async () => {
    const spec = '  dataFrom: [{extract: {key: db}, sourceRef: {generatorRef: {kind: Fake, name: gen}}}]'
    const [secret] = await secretsOf(stream(STORE, FAKE, externalSecret({ spec })))
    assert.deepEqual(secret?.values, { username: 'ada', password: 's3cret' })
  })

  test('to a generator of another controller class is refused', async () => {
    const [problem] = await problemsOf(
      stream(generator('Fake', '{controller: other}'), externalSecret({ spec: generates('Fake') })),
    )
    assert.match(problem?.message ?? '', /controller class "other"/)
  })
})

describe('an ephemeral generator', () => {
  test('warns that the next render changes its values', async () => {
    const { warnings } = await renderWith(memoryGenerator(), stream(MEMORY, externalSecret({ spec: generates('MFA') })))
    assert.deepEqual(
      warnings.map(({ place, message }) => [place.object, place.field, message.slice(0, 57)]),
      [
        [
          'ExternalSecret default/app',
          'spec.dataFrom[0].sourceRef.generatorRef',
          'MFA default/gen gives another value with every render; wi',
        ],
      ],
    )
  })

  test('and a constant one does not', async () => {
    const { warnings } = await renderText(stream(FAKE, externalSecret({ spec: generates('Fake') })), db())
    assert.deepEqual(warnings, [])
  })
})
