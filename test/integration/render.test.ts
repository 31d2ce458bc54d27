import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { memoryProvider } from '../support/memory-provider.ts'
import { objectsOf, type Rendered, renderText, STORE } from '../support/render.ts'
import { db, externalSecret, problemsOf, secretsOf, stream } from '../support/render-cases.ts'

describe('a render', () => {
  test('replaces an ExternalSecret by its Secret and consumes the store', async () => {
    const [secret, ...others] = objectsOf(await renderText(stream(STORE, externalSecret()), db()))
    assert.deepEqual(others, [])
    assert.equal(secret?.kind, 'Secret')
    assert.equal(secret?.type, 'Opaque')
    assert.deepEqual(secret?.metadata, { name: 'app', namespace: 'default' })
    assert.deepEqual(secret?.values, { password: 's3cret' })
  })

  test('passes other documents byte for byte, around what it replaces', async () => {
    const before = '# a comment\r\napiVersion: v1\r\nkind: ConfigMap\r\nmetadata: {name:   spaced}\r\n'
    const after = 'kind: Pod\nmetadata: {name: "\\u00e9"}   # kept\n'
    const { output } = await renderText(stream(before, STORE, externalSecret(), after), db())
    const text = new TextDecoder().decode(output)
    assert.ok(text.includes(before) && text.includes(after), text)
  })

  test('finds a store in another file', async () => {
    assert.equal((await secretsOf([externalSecret(), STORE])).length, 1)
  })

  test('reads each reference once, whatever many ExternalSecrets and properties want of it', async () => {
    const memory = db()
    const many = Array.from({ length: 20 }, (_, index) =>
      externalSecret({
        name: `app-${index}`,
        spec: '  data: [{secretKey: u, remoteRef: {key: db, property: username}}, {secretKey: p, remoteRef: {key: db, property: password}}, {secretKey: o, remoteRef: {key: other}}]',
      }),
    )
    assert.equal((await secretsOf(stream(STORE, ...many), memory)).length, 20)
    assert.deepEqual(memory.fetches, [['db', 'other']])
    assert.deepEqual([memory.opened, memory.closed], [1, 1])
  })

  test('opens no store when nothing needs one', async () => {
    const memory = db()
    await renderText(stream(STORE, externalSecret({ target: '{creationPolicy: None}' })), memory)
    assert.equal(memory.opened, 0)
  })

  test('leaves the stores in the output when asked to', async () => {
    const objects = objectsOf(await renderText(stream(STORE, externalSecret()), db(), { stores: 'keep' }))
    assert.deepEqual(
      objects.map((object) => object.kind),
      ['SecretStore', 'Secret'],
    )
  })

  test('handles ExternalSecrets inside a List', async () => {
    const list = `apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: kept}}
- ${JSON.stringify({ apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret', metadata: { name: 'listed', namespace: 'default' }, spec: { secretStoreRef: { name: 'store' }, data: [{ secretKey: 'p', remoteRef: { key: 'db', property: 'password' } }] } })}
`
    const [object] = objectsOf(await renderText(stream(STORE, list), db())) as unknown as readonly {
      items: readonly { kind: string }[]
    }[]
    assert.deepEqual(
      object?.items.map((item) => item.kind),
      ['ConfigMap', 'Secret'],
    )
  })

  test('prints one JSON object a line when asked to', async () => {
    const { output } = await renderText(stream(STORE, '# nothing\n', externalSecret(), 'kind: Pod\n'), db(), { output: 'json' })
    const lines = new TextDecoder().decode(output).trim().split('\n')
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as Rendered).kind),
      ['Secret', 'Pod'],
    )
  })

  test('takes the render namespace for objects that name none, and does not write it into them', async () => {
    const bare = (text: string): string => text.replace(/ {2}namespace: default\n/, '').replace(', namespace: default', '')
    const [secret] = await secretsOf(stream(bare(STORE), bare(externalSecret())))
    assert.deepEqual(secret?.metadata, { name: 'app' })
  })
})

describe('entries', () => {
  test('dataFrom is merged in order, data over it', async () => {
    const spec = `  dataFrom: [{extract: {key: db}}, {extract: {key: other}}]
  data: [{secretKey: password, remoteRef: {key: plain}}]`
    const [secret] = await secretsOf(
      stream(STORE, externalSecret({ spec })),
      memoryProvider({ db: '{"username":"ada","password":"x"}', other: '{"username":"grace"}', plain: 'top' }),
    )
    assert.deepEqual(secret?.values, { username: 'grace', password: 'top' })
  })

  test('keys of extract are converted, values decoded', async () => {
    const spec = '  dataFrom: [{extract: {key: db, decodingStrategy: Base64}}]'
    const [secret] = await secretsOf(stream(STORE, externalSecret({ spec })), memoryProvider({ db: '{"a/b":"aGk="}' }))
    assert.deepEqual(secret?.values, { a_b: 'hi' })
  })

  test('a version and the metadata of a key are reads of their own', async () => {
    const memory = memoryProvider({ db: 'now', 'db@1': 'then', 'db#metadata': '{"owner":"me"}' })
    const spec =
      '  data: [{secretKey: a, remoteRef: {key: db}}, {secretKey: b, remoteRef: {key: db, version: "1"}}, {secretKey: c, remoteRef: {key: db, metadataPolicy: Fetch}}]'
    const [secret] = await secretsOf(stream(STORE, externalSecret({ spec })), memory)
    assert.deepEqual(secret?.values, { a: 'now', b: 'then', c: '{"owner":"me"}' })
    assert.deepEqual(memory.fetches, [['db', 'db@1', 'db#metadata']])
  })

  test('a NUL fails the ExternalSecret only where it says so', async () => {
    const spec = (policy: string): string => `  data: [{secretKey: a, remoteRef: {key: db, nullBytePolicy: ${policy}}}]`
    const memory = memoryProvider({ db: 'a\0b' })
    assert.equal((await secretsOf(stream(STORE, externalSecret({ spec: spec('Ignore') })), memory))[0]?.values['a'], 'a\0b')
    const [problem] = await problemsOf(stream(STORE, externalSecret({ spec: spec('Fail') })), memory)
    assert.equal(problem?.kind, 'InvalidSpec')
  })

  test('find at a provider that does not list is known and said not to be implemented', async () => {
    const spec = '  dataFrom: [{find: {name: {regexp: x}}}]'
    const [problem] = await problemsOf(stream(STORE, externalSecret({ spec })))
    assert.equal(problem?.kind, 'InvalidSpec')
    assert.match(problem?.message ?? '', /known, but not implemented/)
    assert.match(problem?.place.field ?? '', /^spec\.dataFrom\[0\]/)
  })
})
