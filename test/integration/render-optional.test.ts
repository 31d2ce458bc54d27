import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Render } from '../../plugin/argocd/render-manifests.ts'
import { SecretError } from '../../plugin/model/secret-error.ts'
import { type MemoryProvider, memoryProvider } from '../support/memory-provider.ts'
import { objectsOf, portsOf, type Rendered, renderText, STORE } from '../support/render.ts'
import { externalSecret, stream } from '../support/render-cases.ts'

const OTHERS = ['second', 'third'].map(
  (name) => `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: ${name}, namespace: default}
spec: {provider: {${name === 'second' ? 'vault' : 'aws'}: {}}}
`,
)

interface World {
  readonly first: MemoryProvider
  readonly second: MemoryProvider
  readonly third: MemoryProvider
}

const world = (): World => ({
  first: memoryProvider({ db: '{"username":"ada"}', plain: 'one' }),
  second: memoryProvider({ db: '{"username":"second","password":"p2"}', gone: 'two' }),
  third: memoryProvider({ gone: 'three', last: 'three' }),
})

const annotated = (rules: string): string => `  annotations: {argocd-external-secrets.io/when-missing: '${rules}'}`
const data = (...entries: readonly string[]): string => `  data: [${entries.map((one) => `{secretKey: ${one}}`).join(', ')}]`
const MISSING = data('a, remoteRef: {key: absent}', 'b, remoteRef: {key: plain}')

function render(rules: string, spec: string, { target = '{}', at = world() } = {}): Promise<Render> {
  const text = stream(STORE, ...OTHERS, externalSecret({ metadata: annotated(rules), target, spec }))
  return renderText(text, at.first, {}, undefined, portsOf(at.first, 'local', { vault: at.second, aws: at.third }))
}

async function secretOf(rules: string, spec: string, options = {}): Promise<Rendered | undefined> {
  return objectsOf(await render(rules, spec, options)).find(({ kind }) => kind === 'Secret')
}

async function problemOf(rules: string, spec: string, options = {}): Promise<SecretError> {
  const { problems, output } = await render(rules, spec, options)
  assert.equal(output, undefined)
  assert.equal(problems.length, 1, problems.map(({ message }) => message).join('\n'))
  return problems[0] ?? assert.fail()
}

describe('a value that is missing', () => {
  test('has its default, and the render says so', async () => {
    const made = await render('{a: {default: none}}', MISSING)
    assert.deepEqual(objectsOf(made)[0]?.values, { a: 'none', b: 'one' })
    assert.deepEqual(made.standIns, [{ externalSecret: 'default/app', kind: 'default', what: 'a', store: '' }])
    assert.match(made.warnings.map(({ message }) => message).join('\n'), /a was not found; its default stands in/)
    const looked = made.reads.map(({ key, version, stale }) => [key, version === undefined ? 'absent' : 'there', stale])
    assert.deepEqual(looked, [
      ['absent', 'absent', false],
      ['plain', 'there', false],
    ])
  })

  test('is left out where it is optional, and the render says so', async () => {
    const made = await render('{a: {optional: true}}', MISSING)
    assert.deepEqual(objectsOf(made)[0]?.values, { b: 'one' })
    assert.deepEqual(made.standIns, [{ externalSecret: 'default/app', kind: 'leftOut', what: 'a', store: '' }])
    assert.match(made.warnings.map(({ message }) => message).join('\n'), /a was not found and is left out/)
  })

  test('may be a property of what is there', async () => {
    const property = data('a, remoteRef: {key: db, property: password}', 'b, remoteRef: {key: plain}')
    assert.deepEqual((await secretOf('{a: {default: none}}', property))?.values, { a: 'none', b: 'one' })
    assert.deepEqual((await secretOf('{a: {stores: [{name: second}]}}', property))?.values, { a: 'p2', b: 'one' })
  })

  test('may be a key of a whole object, and the default is not used where anything gives the key', async () => {
    const extract = '  dataFrom: [{extract: {key: db}}]'
    const rules = '{LEVEL: {default: info}, username: {default: nobody}}'
    assert.deepEqual((await secretOf(rules, extract))?.values, { username: 'ada', LEVEL: 'info' })
    const both = `${extract}\n${data('username, remoteRef: {key: absent}')}`
    assert.deepEqual((await secretOf('{username: {default: nobody}}', both))?.values, { username: 'ada' })
  })

  test('may be a whole object', async () => {
    const spec = `  dataFrom: [{extract: {key: absent}}]\n${data('b, remoteRef: {key: plain}')}`
    assert.deepEqual((await secretOf('{"dataFrom[0]": {optional: true}}', spec))?.values, { b: 'one' })
    assert.equal((await problemOf('{b: {optional: true}}', spec)).kind, 'NotFound')
  })

  test('is seen by templates as its default', async () => {
    const target = '{template: {data: {url: "db://{{ .a }}"}}}'
    assert.deepEqual((await secretOf('{a: {default: none}}', MISSING, { target }))?.values, { url: 'db://none' })
  })

  test('that nobody speaks of fails the render as ever', async () => {
    assert.equal((await problemOf('{b: {optional: true}}', MISSING)).kind, 'NotFound')
  })

  test('is spoken of by "*" where its entry is not named', async () => {
    const spec = data('a, remoteRef: {key: absent}', 'b, remoteRef: {key: absent}', 'c, remoteRef: {key: plain}')
    assert.deepEqual((await secretOf('{"*": {optional: true}, b: {default: none}}', spec))?.values, { b: 'none', c: 'one' })
    assert.equal((await problemOf('{"*": {optional: true}, b: {optional: false}}', spec)).place.field, 'spec.data[1]')
  })

  test('is nothing to write a Secret of under Retain, and no Secret under Delete', async () => {
    const only = data('a, remoteRef: {key: absent}')
    assert.equal((await problemOf('{a: {optional: true}}', only)).kind, 'NotFound')
    assert.equal(await secretOf('{a: {optional: true}}', only, { target: '{deletionPolicy: Delete}' }), undefined)
  })

  for (const policy of ['Retain', 'Merge', 'Delete'])
    test(`has its default under ${policy}, also where nothing else is left`, async () => {
      const made = await secretOf('{a: {default: none}}', data('a, remoteRef: {key: absent}'), {
        target: `{deletionPolicy: ${policy}}`,
      })
      assert.deepEqual(made?.values, { a: 'none' })
    })
})

describe('what is no missing value is never excused', () => {
  for (const kind of ['AccessDenied', 'Unavailable', 'Throttled', 'Timeout'] as const)
    test(`by a default, as optional, or by another store: ${kind}`, async () => {
      for (const rule of ['default: none', 'optional: true', 'stores: [{name: second}]']) {
        const at = world()
        at.first.failures.set('absent', new SecretError(kind, 'no'))
        assert.equal((await problemOf(`{a: {${rule}}}`, MISSING, { at })).kind, kind)
        assert.equal(at.second.opened, 0, rule)
      }
    })

  test('a store that nobody can log in to', async () => {
    const at = world()
    at.first.loginFailure = new SecretError('AccessDenied', 'no')
    assert.equal((await problemOf('{a: {default: none, stores: [{name: second}]}}', MISSING, { at })).kind, 'AccessDenied')
    assert.equal(at.second.opened, 0)
  })

  test('a value that cannot be decoded', async () => {
    const spec = data('a, remoteRef: {key: plain, decodingStrategy: Base64}')
    assert.equal((await problemOf('{a: {default: none}}', spec)).kind, 'InvalidSpec')
  })
})

describe('other stores', () => {
  const gone = data('a, remoteRef: {key: gone}', 'b, remoteRef: {key: plain}', 'c, remoteRef: {key: last}')
  const rules = '{"*": {stores: [{name: second}, {name: third}]}}'

  test('are asked in their order, each for what the one before does not have, once', async () => {
    const at = world()
    const made = await render(rules, gone, { at })
    assert.deepEqual(objectsOf(made)[0]?.values, { a: 'two', b: 'one', c: 'three' })
    assert.deepEqual(at.first.fetches, [['gone', 'plain', 'last']])
    assert.deepEqual(at.second.fetches, [['gone', 'last']])
    assert.deepEqual(at.third.fetches, [['last']])
    assert.deepEqual(
      made.standIns.map(({ kind, what, store }) => [kind, what, store]),
      [
        ['otherStore', 'a', 'SecretStore default/second'],
        ['otherStore', 'c', 'SecretStore default/third'],
      ],
    )
    assert.deepEqual(
      made.reads.map(({ store, key, version }) => [store, key, version === undefined ? 'absent' : 'there']),
      [
        ['SecretStore default/store', 'gone', 'absent'],
        ['SecretStore default/second', 'gone', 'there'],
        ['SecretStore default/store', 'plain', 'there'],
        ['SecretStore default/store', 'last', 'absent'],
        ['SecretStore default/second', 'last', 'absent'],
        ['SecretStore default/third', 'last', 'there'],
      ],
    )
  })

  test('are not opened where nothing is missing', async () => {
    const at = world()
    await secretOf(rules, data('b, remoteRef: {key: plain}'), { at })
    assert.equal(at.second.opened + at.third.opened, 0)
  })

  test('are not read again for what another entry has read there', async () => {
    const at = world()
    const spec = data('a, remoteRef: {key: gone}', 'b, remoteRef: {key: gone}, sourceRef: {storeRef: {name: second}}')
    assert.deepEqual((await secretOf('{a: {stores: [{name: second}]}}', spec, { at }))?.values, { a: 'two', b: 'two' })
    assert.deepEqual(at.second.fetches, [['gone']])
  })

  test('end the render when one that is asked fails', async () => {
    const at = world()
    at.second.failures.set('gone', new SecretError('AccessDenied', 'no'))
    const problem = await problemOf(
      '{a: {stores: [{name: second}, {name: third}], default: none}}',
      gone.replace('last', 'plain'),
      { at },
    )
    assert.equal(problem.kind, 'AccessDenied')
    assert.equal(at.third.opened, 0)
    const away = world()
    away.second.loginFailure = new SecretError('Unavailable', 'no')
    assert.equal(
      (await problemOf('{a: {stores: [{name: second}]}}', gone.replace('last', 'plain'), { at: away })).kind,
      'Unavailable',
    )
  })

  test('are all named when none has it, and then the default stands in', async () => {
    const absent = data('a, remoteRef: {key: absent}')
    const { kind, message } = await problemOf('{a: {stores: [{name: second}, {name: third}]}}', absent)
    assert.equal(kind, 'NotFound')
    assert.match(message, /SecretStore "third", nor in SecretStore "store", nor in SecretStore "second"/)
    const made = await secretOf('{a: {stores: [{name: second}, {name: third}], default: none}}', absent)
    assert.deepEqual(made?.values, { a: 'none' })
  })

  test('that are not there are a problem before anything is read, also where nothing is missing', async () => {
    const at = world()
    const problem = await problemOf('{b: {stores: [{name: nowhere}]}}', data('b, remoteRef: {key: plain}'), { at })
    assert.equal(problem.kind, 'InvalidSpec')
    assert.equal(problem.place.field, 'metadata.annotations[argocd-external-secrets.io/when-missing].b.stores[0]')
    assert.equal(at.first.opened, 0)
  })
})

test('passed through, the annotation is told to be of no effect for External Secrets Operator', async () => {
  const metadata = `  annotations: {argocd-external-secrets.io/delivery: passthrough, argocd-external-secrets.io/when-missing: '{a: {default: none}}'}`
  const { warnings } = await renderText(stream(STORE, externalSecret({ metadata, spec: MISSING })), memoryProvider())
  assert.match(warnings.map(({ message }) => message).join('\n'), /External Secrets Operator does not know this annotation/)
})
