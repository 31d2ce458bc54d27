import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SecretError } from '../../plugin/model/secret-error.ts'
import { memoryProvider } from '../support/memory-provider.ts'
import { STORE } from '../support/render.ts'
import { db, externalSecret, problemsOf, secretsOf, stream } from '../support/render-cases.ts'

describe('what is missing', () => {
  const missingKey =
    '  data: [{secretKey: a, remoteRef: {key: absent}}, {secretKey: b, remoteRef: {key: db, property: username}}]'

  test('a key fails the render under Retain, and names store, key and ExternalSecret', async () => {
    const [problem, ...others] = await problemsOf(stream(STORE, externalSecret({ spec: missingKey })))
    assert.deepEqual(others, [])
    assert.equal(problem?.kind, 'NotFound')
    assert.match(problem?.message ?? '', /key "absent".*SecretStore "store"/)
    assert.equal(problem?.place.object, 'ExternalSecret default/app')
    assert.equal(problem?.place.field, 'spec.data[0]')
  })

  for (const policy of ['Merge', 'Delete']) {
    test(`a key is left out under ${policy}`, async () => {
      const [secret] = await secretsOf(stream(STORE, externalSecret({ target: `{deletionPolicy: ${policy}}`, spec: missingKey })))
      assert.deepEqual(secret?.values, { b: 'ada' })
    })

    test(`a property is an error even under ${policy}: the secret itself is there`, async () => {
      const spec = '  data: [{secretKey: a, remoteRef: {key: db, property: absent}}]'
      const [problem] = await problemsOf(stream(STORE, externalSecret({ target: `{deletionPolicy: ${policy}}`, spec })))
      assert.equal(problem?.kind, 'NotFound')
    })

    test(`a refusal is an error even under ${policy}`, async () => {
      const memory = db()
      memory.failures.set('absent', new SecretError('AccessDenied', 'no'))
      const [problem] = await problemsOf(
        stream(STORE, externalSecret({ target: `{deletionPolicy: ${policy}}`, spec: missingKey })),
        memory,
      )
      assert.equal(problem?.kind, 'AccessDenied')
    })
  }

  const nothing = '  data: [{secretKey: a, remoteRef: {key: absent}}]'

  test('nothing left makes no Secret under Delete', async () => {
    assert.deepEqual(await secretsOf(stream(STORE, externalSecret({ target: '{deletionPolicy: Delete}', spec: nothing }))), [])
  })

  test('nothing left makes an empty Secret under Merge', async () => {
    const [secret] = await secretsOf(stream(STORE, externalSecret({ target: '{deletionPolicy: Merge}', spec: nothing })))
    assert.deepEqual(secret?.values, {})
  })

  test('an empty object fails the render under Retain', async () => {
    const [problem] = await problemsOf(
      stream(STORE, externalSecret({ spec: '  dataFrom: [{extract: {key: db}}]' })),
      memoryProvider({ db: '{}' }),
    )
    assert.equal(problem?.kind, 'NotFound')
  })

  test('every problem of every ExternalSecret is reported', async () => {
    const text = stream(STORE, ...['one', 'two', 'three'].map((name) => externalSecret({ name, spec: missingKey })))
    assert.deepEqual(
      (await problemsOf(text)).map((problem) => problem.place.object),
      ['one', 'two', 'three'].map((name) => `ExternalSecret default/${name}`),
    )
  })

  test('a store that cannot be opened is one problem, with who needs it', async () => {
    const memory = db()
    memory.loginFailure = new SecretError('AccessDenied', 'the login was refused')
    const text = stream(STORE, ...Array.from({ length: 9 }, (_, index) => externalSecret({ name: `app-${index}` })))
    const [problem, ...others] = await problemsOf(text, memory)
    assert.deepEqual(others, [])
    assert.equal(problem?.place.object, 'SecretStore default/store')
    assert.match(problem?.message ?? '', /needed by ExternalSecret default\/app-0, .* and 6 more/)
  })
})
