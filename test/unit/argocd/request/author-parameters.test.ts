import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { authorParameters, narrowedTimeoutMs } from '../../../../plugin/argocd/request/author-parameters.ts'
import { readPluginParameters } from '../../../../plugin/argocd/request/plugin-parameters.ts'
import { sourceParameters } from '../../../../plugin/argocd/source/source-parameters.ts'
import { authorOptions } from '../../../../plugin/config/author-options.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'

function given(parameters: unknown, variables: Readonly<Record<string, string>> = {}): ReadonlyMap<string, string> {
  return new Map([['ARGOCD_APP_PARAMETERS', JSON.stringify(parameters)], ...Object.entries(variables)])
}

function isInvalid(message: RegExp, remedy = /./): (thrown: unknown) => boolean {
  return (thrown) =>
    thrown instanceof SecretError &&
    thrown.kind === 'InvalidSpec' &&
    message.test(thrown.message) &&
    remedy.test(thrown.remedy ?? '')
}

test('every kind of parameter is read', () => {
  const { delivery, timeoutMs, stores, source } = authorParameters(
    given([
      { name: 'delivery', string: 'passthrough' },
      { name: 'timeout', string: '20000' },
      { name: 'stores', array: ['vault', 'aws'] },
      { name: 'render', string: 'helm' },
      { name: 'helm-values', string: 'a: 1\n' },
      { name: 'helm-value-files', array: ['values-prod.yaml'] },
      { name: 'helm-parameters', map: { 'image.tag': 'v1' } },
      { name: 'helm-skip-crds', string: 'true' },
      { name: 'directory-recurse', string: 'true' },
    ]),
  )
  assert.deepEqual([delivery, timeoutMs, stores], ['passthrough', 20_000, ['vault', 'aws']])
  assert.deepEqual([source.render, source.helm.values, source.helm.valueFiles], ['helm', 'a: 1\n', ['values-prod.yaml']])
  assert.deepEqual([source.helm.parameters, source.helm.skipCrds, source.directory.recurse], [{ 'image.tag': 'v1' }, true, true])
})

test('variables choose too, and parameters win over them', () => {
  const variables = {
    ARGOCD_ENV_DELIVERY: 'passthrough',
    ARGOCD_ENV_HELM_VALUE_FILES: 'a.yaml, b.yaml\nc.yaml',
    ARGOCD_ENV_HELM_PARAMETERS: 'x=1\ny=a=b\n',
    ARGOCD_ENV_TIMEOUT: '',
    ARGOCD_ENV_SOMETHING_ELSE: 'of another plugin',
  }
  const chosen = authorParameters(given([], variables))
  assert.deepEqual([chosen.delivery, chosen.timeoutMs], ['passthrough', undefined])
  assert.deepEqual(chosen.source.helm.valueFiles, ['a.yaml', 'b.yaml', 'c.yaml'])
  assert.deepEqual(chosen.source.helm.parameters, { x: '1', y: 'a=b' })
  assert.equal(authorParameters(given([{ name: 'delivery', string: 'inline' }], variables)).delivery, 'inline')
})

test('PARAM_ variables are not read: two parameters may share one', () => {
  assert.equal(authorParameters(given([], { PARAM_DELIVERY: 'passthrough' })).delivery, undefined)
})

test('an author may only lower the time', () => {
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 90_000 }), fc.integer({ min: 100, max: 90_000 }), (author, administrator) => {
      const parameters = authorParameters(given([{ name: 'timeout', string: `${author}` }]))
      assert.equal(narrowedTimeoutMs(parameters, administrator), Math.min(author, administrator))
    }),
  )
  assert.equal(narrowedTimeoutMs(authorParameters(given([])), 700), 700)
})

test('a name with a typing mistake is refused with the nearest one', () => {
  assert.throws(
    () => authorParameters(given([{ name: 'helm-value-file', array: [] }])),
    isInvalid(/unknown/, /helm-value-files\?$/),
  )
  assert.throws(() => authorParameters(given([{ name: 'policy', string: '/x' }])), isInvalid(/"policy" is unknown/, /known are /))
})

test('options of the administrator are no parameters', () => {
  for (const name of [
    'socket',
    'policy',
    'credentials',
    'source-cache',
    'kustomize-enable-helm',
    'call-timeout',
    'max-concurrency',
  ]) {
    assert.throws(() => authorParameters(given([{ name, string: 'x' }])), isInvalid(/unknown/))
  }
})

for (const [what, parameters] of [
  ['a value outside its list', [{ name: 'delivery', string: 'by-post' }]],
  ['a time that is none', [{ name: 'timeout', string: '1e3' }]],
  ['a list where one text belongs', [{ name: 'delivery', array: ['inline'] }]],
  ['a text where a list belongs', [{ name: 'stores', string: 'vault' }]],
  ['a list where a map belongs', [{ name: 'helm-parameters', array: ['a=b'] }]],
  [
    'a name given twice',
    [
      { name: 'timeout', string: '500' },
      { name: 'timeout', string: '600' },
    ],
  ],
  ['two values at once', [{ name: 'timeout', string: '500', array: ['600'] }]],
  ['a number where a text belongs', [{ name: 'timeout', string: 500 }]],
  ['a NUL character', [{ name: 'helm-values', string: 'a\0b' }]],
  ['a NUL character in a list', [{ name: 'helm-value-files', array: ['a\0b'] }]],
  ['a NUL character in a name', [{ name: 'helm-parameters', map: { 'a\0b': 'c' } }]],
  ['no name', [{ string: 'x' }]],
  ['no list', { name: 'timeout' }],
  ['a flag that is neither', [{ name: 'helm-skip-crds', string: 'yes' }]],
  ['the name of no store', [{ name: 'stores', array: ['../vault'] }]],
  ['a release name that is an option', [{ name: 'helm-release-name', string: '--post-renderer=/bin/sh' }]],
] as const)
  test(`${what} is refused`, () => {
    assert.throws(() => authorParameters(given(parameters)), isInvalid(/./))
  })

test('what is not JSON is refused without being quoted', () => {
  const environment = new Map([['ARGOCD_APP_PARAMETERS', '[canary']])
  assert.throws(
    () => authorParameters(environment),
    (thrown) => thrown instanceof SecretError && thrown.cause === undefined && !thrown.message.includes('canary'),
  )
})

test('no parameters at all are fine, in each of their spellings', () => {
  for (const text of ['', 'null', '[]', '[{"name":"stores"}]']) {
    assert.equal(authorParameters(new Map([['ARGOCD_APP_PARAMETERS', text]])).stores, undefined)
  }
})

// The client reads its parameters without the schemas: whatever passes here must mean the same there.
test('the client reads the same of the source as the daemon checks', () => {
  const parameter = fc.constantFrom(...authorOptions).chain((option): fc.Arbitrary<{ readonly name: string }> => {
    const value = fc.constantFrom('true', 'false', 'helm', 'a', '500', '')
    const name = fc.constant(option.name)
    if (option.collection === 'array') return fc.record({ name, array: fc.array(value, { maxLength: 3 }) })
    if (option.collection === 'map') return fc.record({ name, map: fc.dictionary(fc.constantFrom('a', 'b'), value) })
    return fc.record({ name, string: value })
  })
  fc.assert(
    fc.property(fc.uniqueArray(parameter, { selector: ({ name }) => name }), (parameters) => {
      const environment = given(parameters)
      let checked: ReturnType<typeof authorParameters>
      try {
        checked = authorParameters(environment)
      } catch {
        return
      }
      assert.deepEqual(sourceParameters(readPluginParameters(environment)), checked.source)
    }),
  )
})
