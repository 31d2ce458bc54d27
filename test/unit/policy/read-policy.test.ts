import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { describe, test } from 'node:test'
import { SecretError } from '../../../plugin/model/secret-error.ts'
import { readPolicy } from '../../../plugin/policy/read-policy.ts'
import { providers } from '../../../plugin/providers/registry.ts'
import { policyOf, withFolder } from '../../support/policy.ts'

const HEAD = `apiVersion: argocd-external-secrets.io/v1
kind: TenancyPolicy
metadata: {name: teams}
`
const RULE = `rules:
  - name: payments
    projects: [payments]
    namespaces: [pay]
`

function read(files: Readonly<Record<string, string>>) {
  return withFolder(files, (directory) => readPolicy(directory, providers))
}

describe('the folder of the policy', () => {
  test('is all of its YAML and JSON files, each of any number of documents', async () => {
    const policy = await read({
      'a.yaml': `# nothing but a comment\n---\n${HEAD}${RULE}---\n${HEAD}${RULE.replace('name: payments', 'name: more')}`,
      'b.yml': `${HEAD}${RULE.replace('name: payments', 'name: others')}`,
      'c.json': JSON.stringify({
        apiVersion: 'argocd-external-secrets.io/v1',
        kind: 'TenancyPolicy',
        metadata: { name: 'json' },
        rules: [{ name: 'last', projects: ['p'], namespaces: ['n'] }],
      }),
      'notes.txt': 'not a policy',
      '.hidden.yaml': 'not: one',
    })
    assert.deepEqual(
      policy.rules.map(({ name }) => name),
      ['payments', 'more', 'others', 'last'],
    )
  })

  test('may be a mounted ConfigMap, whose files are links behind links', async () => {
    const directory = await mkdtemp(path.join(os.tmpdir(), 'policy-'))
    try {
      for (const [version, name] of [
        ['..2026_01', 'old'],
        ['..2026_02', 'new'],
      ] as const) {
        await mkdir(path.join(directory, version))
        await writeFile(path.join(directory, version, 'policy.yaml'), `${HEAD}${RULE.replace('name: payments', `name: ${name}`)}`)
      }
      await symlink('..2026_01', path.join(directory, '..data'))
      await symlink('..data/policy.yaml', path.join(directory, 'policy.yaml'))
      const before = await readPolicy(directory, providers)
      assert.deepEqual(
        before.rules.map(({ name }) => name),
        ['old'],
      )
      await symlink('..2026_02', path.join(directory, '..data_tmp'))
      await rename(path.join(directory, '..data_tmp'), path.join(directory, '..data'))
      const after = await readPolicy(directory, providers)
      assert.deepEqual(
        after.rules.map(({ name }) => name),
        ['new'],
      )
      assert.notEqual(before.digest, after.digest)
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  test('without a policy is an error: a mount that failed must not look like a policy that allows nothing', async () => {
    await assert.rejects(read({}), {
      kind: 'InvalidSpec',
      remedy: 'mount the policy there; one that allows nothing says rules: []',
    })
    await assert.rejects(read({ 'a.yaml': '# later\n' }), { kind: 'InvalidSpec' })
    await assert.rejects(readPolicy('/no/such/folder', providers), /cannot be read \(ENOENT\)/)
  })

  test('has a digest that the order of files and other files do not change', async () => {
    const one = await read({ 'a.yaml': HEAD, 'b.yaml': `${HEAD}${RULE}`, 'notes.txt': 'x' })
    const other = await read({ 'b.yaml': `${HEAD}${RULE}`, 'a.yaml': HEAD })
    assert.equal(one.digest, other.digest)
    assert.match(one.digest, /^[0-9a-f]{12}$/)
  })

  test('is a dry run only when every document says so', async () => {
    const dry = `${HEAD}mode: dryRun\n`
    assert.equal((await read({ 'a.yaml': dry, 'b.yaml': dry })).mode, 'dryRun')
    assert.equal((await read({ 'a.yaml': dry, 'b.yaml': HEAD })).mode, 'enforce')
    assert.equal((await read({ 'a.yaml': HEAD })).mode, 'enforce')
  })
})

describe('a mistake in a policy has file, line, field and remedy', () => {
  const cases: readonly (readonly [string, string, { field: string; line: number; message: RegExp; remedy: RegExp }])[] = [
    [
      'an unknown field of a rule',
      `${HEAD}${RULE}    project: [x]\n`,
      { field: 'rules[0].project', line: 8, message: /unknown field/, remedy: /remove it/ },
    ],
    [
      'an unknown field of what a rule allows',
      `${HEAD}${RULE}    stores:\n      - provider: aws\n        fact: {region: [x]}\n        keys: [a]\n`,
      { field: 'rules[0].stores[0].fact', line: 10, message: /unknown field/, remedy: /remove it/ },
    ],
    [
      'a store without keys',
      `${HEAD}${RULE}    stores:\n      - administrator: shared\n`,
      { field: 'rules[0].stores[0].keys', line: 9, message: /is missing; expected a list/, remedy: /docs\/policy\.md/ },
    ],
    [
      'a rule for nobody',
      `${HEAD}rules:\n  - {name: a, projects: [], namespaces: [b]}\n`,
      { field: 'rules[0].projects', line: 5, message: /too short/, remedy: /docs\/policy\.md/ },
    ],
    [
      'a number for a name',
      `${HEAD}rules:\n  - {name: a, projects: [1], namespaces: [b]}\n`,
      { field: 'rules[0].projects[0]', line: 5, message: /is a number; expected a string/, remedy: /put it in quotes/ },
    ],
    [
      'an unknown mode',
      `${HEAD}mode: dryrun\n`,
      { field: 'mode', line: 4, message: /is "dryrun"; expected one of enforce, dryRun/, remedy: /write dryRun/ },
    ],
    [
      'an unknown generator',
      `${HEAD}${RULE}    generators: [Pasword]\n`,
      { field: 'rules[0].generators[0]', line: 8, message: /is "Pasword"/, remedy: /write Password/ },
    ],
    [
      'a kind of target with a version',
      `${HEAD}${RULE}    allow: {genericTargets: [ConfigMap, traefik.io/v1/Middleware]}\n`,
      {
        field: 'rules[0].allow.genericTargets[1]',
        line: 8,
        message: /is not a kind of the core group/,
        remedy: /docs\/policy\.md/,
      },
    ],
    [
      'a kind of target that grants rights',
      `${HEAD}${RULE}    allow: {genericTargets: [rbac.authorization.k8s.io/Role]}\n`,
      {
        field: 'rules[0].allow.genericTargets[0]',
        line: 8,
        message: /no rule allows .* it grants rights/,
        remedy: /remove the entry/,
      },
    ],
    [
      'a provider that nobody implements',
      `${HEAD}${RULE}    stores:\n      - {provider: vaul, keys: [a]}\n`,
      { field: 'rules[0].stores[0].provider', line: 9, message: /is no provider that is implemented/, remedy: /write vault/ },
    ],
    [
      'another kind',
      `apiVersion: v1\nkind: ConfigMap\n`,
      { field: 'kind', line: 2, message: /is no TenancyPolicy/, remedy: /keep other files out/ },
    ],
    [
      'a store with an unknown field of its provider',
      `${HEAD}stores:\n  - kind: ClusterSecretStore\n    metadata: {name: a}\n    spec: {provider: {aws: {service: SecretsManager, region: eu-central-1, rolle: y}}}\n`,
      { field: 'stores[0].spec.provider.aws.rolle', line: 7, message: /unknown field/, remedy: /write role/ },
    ],
    [
      'a SecretStore without a namespace',
      `${HEAD}stores:\n  - kind: SecretStore\n    metadata: {name: a}\n    spec: {provider: {aws: {service: SecretsManager, region: eu-central-1}}}\n`,
      { field: 'stores[0].metadata', line: 6, message: /has no namespace/, remedy: /ClusterSecretStore/ },
    ],
  ]
  for (const [what, text, { field, line, message, remedy }] of cases) {
    test(what, async () => {
      await assert.rejects(read({ 'teams.yaml': text }), (error) => {
        assert.ok(error instanceof SecretError)
        assert.deepEqual(
          [error.kind, error.place.file, error.place.field, error.place.line],
          ['InvalidSpec', 'teams.yaml', field, line],
        )
        assert.match(error.message, message)
        assert.match(error.remedy ?? '', remedy)
        return true
      })
    })
  }

  test('a document without apiVersion and kind is none, and not overlooked', async () => {
    await assert.rejects(read({ 'a.yaml': `${HEAD}---\nKind: TenancyPolicy\nrules: []\n` }), {
      kind: 'InvalidSpec',
      place: { file: 'a.yaml', line: 5 },
    })
  })

  test('a key that is given twice', async () => {
    await assert.rejects(read({ 'a.yaml': `${HEAD}rules: []\nrules: []\n` }), { kind: 'InvalidSpec' })
  })

  test('two rules of one name, in different files too', async () => {
    await assert.rejects(read({ 'a.yaml': `${HEAD}${RULE}`, 'b.yaml': `${HEAD}${RULE}` }), {
      kind: 'Conflict',
      message: 'the policy has another rule "payments"',
      place: { file: 'b.yaml', line: 5, object: 'TenancyPolicy teams', field: 'rules[0].name' },
    })
  })

  test('two stores of one name', async () => {
    const store = { kind: 'ClusterSecretStore', metadata: { name: 'a' }, spec: { provider: { fake: { data: [] } } } }
    await assert.rejects(policyOf({ stores: [store, store] }), {
      kind: 'Conflict',
      message: 'the policy has another ClusterSecretStore a',
    })
  })
})
