import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SecretError } from '../../../plugin/model/secret-error.ts'
import type { FoundSecret, SecretSearch } from '../../../plugin/providers/secret-lister.ts'
import { type MemoryProvider, memoryProvider } from '../../support/memory-provider.ts'
import { objectsOf, renderText, STORE } from '../../support/render.ts'

const VALUES = { 'app/a': 'one', 'app/b': 'two', other: 'three' }

/** A memory provider that can list. */
function listing(
  values: Readonly<Record<string, string>>,
  failure?: SecretError,
  stale?: true,
): MemoryProvider & { searches: SecretSearch[] } {
  const memory = memoryProvider(values)
  const searches: SecretSearch[] = []
  const { provider } = memory
  const open: typeof provider.open = async (config, context) => ({
    ...(await provider.open(config, context)),
    async list(search) {
      searches.push(search)
      if (failure) throw failure
      const names = [...memory.values.keys()].filter((name) => search.matchesName?.(name) ?? true)
      return names.map((name): FoundSecret => {
        const ref = { key: name, part: 'value' } as const
        return stale ? { name, ref, stale } : { name, ref }
      })
    },
  })
  return Object.assign(memory, { provider: { ...provider, open }, searches })
}

function manifest(spec: string): string {
  return `${STORE}---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: app, namespace: default}
spec:
  secretStoreRef: {name: store}
${spec}
`
}

async function valuesOf(spec: string, memory: MemoryProvider): Promise<Readonly<Record<string, string>> | undefined> {
  const objects = objectsOf(await renderText(manifest(spec), memory))
  return objects.find(({ kind }) => kind === 'Secret')?.values
}

async function problemsOf(spec: string, memory: MemoryProvider): Promise<readonly SecretError[]> {
  return (await renderText(manifest(spec), memory)).problems
}

describe('dataFrom[].find', () => {
  test('makes a key of every secret whose name matches anywhere, and reads no other', async () => {
    const memory = listing(VALUES)
    assert.deepEqual(await valuesOf('  dataFrom: [{find: {name: {regexp: "pp/"}}}]', memory), { app_a: 'one', app_b: 'two' })
    assert.deepEqual(memory.fetches, [['app/a', 'app/b']])
  })

  test('hands path and tags to the provider', async () => {
    const memory = listing(VALUES)
    await valuesOf('  dataFrom: [{find: {path: app, tags: {team: a}}}]', memory)
    const [search] = memory.searches
    assert.deepEqual([search?.path, [...(search?.tags ?? [])], search?.matchesName], ['app', [['team', 'a']], undefined])
  })

  test('is read in one batch with everything else of the store, and a secret that is found and named is read once', async () => {
    const memory = listing(VALUES)
    const spec =
      '  data: [{secretKey: x, remoteRef: {key: other}}, {secretKey: z, remoteRef: {key: app/a}}]\n  dataFrom: [{find: {name: {regexp: app}}}, {find: {name: {regexp: app}, conversionStrategy: Unicode}}]'
    assert.deepEqual(await valuesOf(spec, memory), {
      app_a: 'one',
      app_b: 'two',
      app_U002f_a: 'one',
      app_U002f_b: 'two',
      x: 'three',
      z: 'one',
    })
    assert.equal(memory.fetches.length, 1)
    assert.deepEqual(memory.fetches[0]?.toSorted(), ['app/a', 'app/b', 'other'])
    assert.equal(memory.searches.length, 1)
  })

  test('rewrites the names as they are at the provider, then decodes', async () => {
    const spec =
      '  dataFrom: [{find: {name: {regexp: app}, decodingStrategy: Base64}, rewrite: [{regexp: {source: "^app/(.)$", target: "key-$1"}}]}]'
    assert.deepEqual(await valuesOf(spec, listing({ 'app/a': 'aGk=' })), { 'key-a': 'hi' })
  })

  test('is overridden by data, and by what comes after it', async () => {
    const spec =
      '  data: [{secretKey: app_a, remoteRef: {key: other}}]\n  dataFrom: [{find: {name: {regexp: app}}}, {extract: {key: object}}]'
    const memory = listing({ ...VALUES, object: '{"app_b":"later"}' })
    assert.deepEqual(await valuesOf(spec, memory), { app_a: 'three', app_b: 'later' })
  })

  test('that finds nothing is an error under Retain, and no Secret under Delete', async () => {
    const spec = '  dataFrom: [{find: {name: {regexp: nowhere}}}]'
    const [problem] = await problemsOf(spec, listing(VALUES))
    assert.equal(problem?.kind, 'NotFound')
    assert.equal(await valuesOf(`  target: {deletionPolicy: Delete}\n${spec}`, listing(VALUES)), undefined)
  })

  test('leaves out what is gone when it is read, and fails for what cannot be read', async () => {
    const spec = '  dataFrom: [{find: {name: {regexp: app}}}]'
    const gone = listing(VALUES)
    gone.failures.set('app/a', new SecretError('NotFound', 'gone'))
    assert.deepEqual(await valuesOf(spec, gone), { app_b: 'two' })
    const denied = listing(VALUES)
    denied.failures.set('app/b', new SecretError('AccessDenied', 'no'))
    const [problem] = await problemsOf(spec, denied)
    assert.equal(problem?.kind, 'AccessDenied')
    assert.match(problem?.message ?? '', /key "app\/b"/)
    assert.equal(problem?.place.field, 'spec.dataFrom[0]')
  })

  test('fails when the listing fails; what else is read of the store does not', async () => {
    const memory = listing(VALUES, new SecretError('AccessDenied', 'may not list'))
    const problems = await problemsOf(
      '  data: [{secretKey: x, remoteRef: {key: other}}]\n  dataFrom: [{find: {name: {regexp: app}}}]',
      memory,
    )
    assert.deepEqual(
      problems.map(({ kind, message, place }) => [kind, message, place.field]),
      [['AccessDenied', 'may not list (SecretStore "store")', 'spec.dataFrom[0]']],
    )
    assert.deepEqual(memory.fetches, [['other']])
  })

  test('with an expression that is none of RE2 is refused without listing', async () => {
    const memory = listing(VALUES)
    const [problem] = await problemsOf('  dataFrom: [{find: {name: {regexp: "a(?=b)"}}}]', memory)
    assert.deepEqual([problem?.kind, problem?.place.field], ['InvalidSpec', 'spec.dataFrom[0].find.name.regexp'])
    assert.match(problem?.message ?? '', /"a\(\?=b\)" is no expression of RE2/)
    assert.equal(memory.searches.length, 0)
  })

  test('at a provider that cannot list is known, and said not to be implemented', async () => {
    const [problem] = await problemsOf('  dataFrom: [{find: {name: {regexp: x}}}]', memoryProvider(VALUES))
    assert.equal(problem?.kind, 'InvalidSpec')
    assert.match(problem?.message ?? '', /find is known, but not implemented here for the provider "fake"/)
  })

  test('tells of what it read', async () => {
    const { reads } = await renderText(manifest('  dataFrom: [{find: {name: {regexp: app}}}]'), listing(VALUES))
    assert.deepEqual(
      reads.map(({ key }) => key),
      ['app/a', 'app/b'],
    )
  })

  test('tells that what it read was found by an earlier search, whoever else read it', async () => {
    const spec = '  data: [{secretKey: x, remoteRef: {key: other}}]\n  dataFrom: [{find: {name: {regexp: app}}}]'
    const { reads } = await renderText(manifest(spec), listing(VALUES, undefined, true))
    assert.deepEqual(
      reads.map(({ key, stale }) => [key, stale]),
      [
        ['app/a', true],
        ['app/b', true],
        ['other', false],
      ],
    )
  })
})
