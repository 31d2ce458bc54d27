import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { clusterGeneratorField, GENERATOR_KINDS } from '../../../plugin/api/generator-kinds.ts'
import { generatorKindOf, readGenerator } from '../../../plugin/api/read-generator.ts'
import { password } from '../../../plugin/generators/password/password.ts'
import { fieldName } from '../../../plugin/model/field-path.ts'
import { runs } from '../../support/property-runs.ts'

const SPECS = new Map([['Password', password.spec]])
const API = { apiVersion: 'generators.external-secrets.io/v1alpha1', metadata: { name: 'gen', namespace: 'shop' } }

function read(value: object) {
  const { value: resource, problems, warnings } = readGenerator({ ...API, ...value }, SPECS)
  const said = (all: typeof problems): readonly string[] => all.map(({ path, message }) => `${fieldName(path)} ${message}`)
  return { resource, problems: said(problems), warnings: said(warnings) }
}

const cluster = (spec: object) => read({ kind: 'ClusterGenerator', metadata: { name: 'gen' }, spec })

describe('a generator', () => {
  test('is read with its defaults', () => {
    const { resource, problems, warnings } = read({ kind: 'Password', spec: { digits: 2 } })
    assert.deepEqual([problems, warnings], [[], []])
    assert.deepEqual(resource, {
      objectKind: 'Password',
      kind: 'Password',
      metadata: API.metadata,
      spec: { length: 24, digits: 2, noUpper: false, allowRepeat: false, encoding: 'raw' },
      specPath: ['spec'],
    })
  })

  test('needs no spec', () => assert.deepEqual(read({ kind: 'Password' }).problems, []))

  test('is refused with every field that does not fit', () => {
    const { problems } = read({ kind: 'Password', spec: { length: 'x', encoding: 'rot13', secretKeys: [1] } })
    assert.deepEqual(
      problems.map((text) => text.split(' ')[0]),
      ['spec.length', 'spec.secretKeys[0]', 'spec.encoding'],
    )
  })

  test('warns of a field that nobody knows', () => {
    assert.match(read({ kind: 'Password', spec: { lenght: 3 } }).warnings.join(), /^spec\.lenght /)
  })

  test('of a kind that is not implemented is kept, with a warning', () => {
    const { resource, problems, warnings } = read({ kind: 'ACRAccessToken', spec: { registry: 'x' } })
    assert.equal(resource?.kind, 'ACRAccessToken')
    assert.deepEqual(problems, [])
    assert.deepEqual(warnings, ['kind is known, but not implemented here'])
  })

  test('of a kind or version that there is not is refused', () => {
    assert.match(read({ kind: 'Pasword' }).problems.join(), /^kind /)
    assert.match(read({ kind: 'Password', apiVersion: 'generators.external-secrets.io/v1' }).problems.join(), /^apiVersion /)
  })

  test('is read whatever it is, without throwing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('Password', 'ClusterGenerator', 'x'), (spec, kind) => {
        read({ kind, spec })
        readGenerator(spec, SPECS)
        generatorKindOf(spec)
      }),
      { numRuns: runs(300) },
    )
  })
})

describe('a ClusterGenerator', () => {
  test('holds the spec of its kind', () => {
    const { resource, problems } = cluster({ kind: 'Password', generator: { passwordSpec: { length: 8 } } })
    assert.deepEqual(problems, [])
    assert.equal(resource?.objectKind, 'ClusterGenerator')
    assert.equal(resource?.kind, 'Password')
    assert.deepEqual(resource?.specPath, ['spec', 'generator', 'passwordSpec'])
  })

  for (const [what, spec, problem] of [
    ['no spec', { kind: 'Password', generator: {} }, /^spec\.generator is empty; expected the spec of one kind/],
    [
      'two',
      { kind: 'Password', generator: { passwordSpec: {}, uuidSpec: {} } },
      /^spec\.generator has passwordSpec and uuidSpec/,
    ],
    ["another kind's", { kind: 'Password', generator: { uuidSpec: {} } }, /when kind is Password, passwordSpec must be set/],
    [
      'a wrong one',
      { kind: 'Password', generator: { passwordSpec: { digits: 'x' } } },
      /^spec\.generator\.passwordSpec\.digits /,
    ],
    ['no kind', { generator: { passwordSpec: {} } }, /^spec\.kind /],
    ['an unknown kind', { kind: 'Nope', generator: { passwordSpec: {} } }, /^spec\.kind /],
  ] as const) {
    test(`with ${what} is refused`, () => assert.match(cluster(spec).problems.join('\n'), problem))
  }
})

test('the fields of a ClusterGenerator are named as Go names them in JSON', () => {
  assert.deepEqual(GENERATOR_KINDS.map(clusterGeneratorField), [
    'acrAccessTokenSpec',
    'beyondtrustWorkloadCredentialsDynamicSecretSpec',
    'cloudsmithAccessTokenSpec',
    'ecrAuthorizationTokenSpec',
    'fakeSpec',
    'gcrAccessTokenSpec',
    'githubAccessTokenSpec',
    'gitlabDeployTokenSpec',
    'grafanaSpec',
    'mfaSpec',
    'passwordSpec',
    'quayAccessTokenSpec',
    'sshKeySpec',
    'stsSessionTokenSpec',
    'uuidSpec',
    'vaultDynamicSecretSpec',
    'webhookSpec',
  ])
})
