import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { planReads } from '../../../plugin/expansion/plan.ts'
import type { Tenant } from '../../../plugin/model/tenant.ts'
import type { PolicyNeed } from '../../../plugin/policy/policy-need.ts'
import { readPolicy, type TenancyPolicy } from '../../../plugin/policy/read-policy.ts'
import { recordNeeds } from '../../../plugin/policy/record-needs.ts'
import { suggestPolicy } from '../../../plugin/policy/suggest-policy.ts'
import { providers } from '../../../plugin/providers/registry.ts'
import { gitStore, manifestsOf, permissionsOf, planned, policyOf, reads, TENANT, withFolder } from '../../support/policy.ts'
import { runs } from '../../support/property-runs.ts'

const VAULT = {
  vault: { server: 'https://vault.internal:8200', path: 'secret', auth: { tokenSecretRef: { name: 'token', key: 'k' } } },
}
const AWS = { aws: { service: 'ParameterStore', region: 'eu-central-1' } }
const SECRET = `${JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'aws' }, stringData: { a: 'x', b: 'y' } })}\n---\n`
const WITH_KEYS = {
  aws: {
    ...AWS.aws,
    auth: {
      secretRef: {
        accessKeyIDSecretRef: { name: 'aws', key: 'a' },
        secretAccessKeySecretRef: { name: 'aws', key: 'b' },
      },
    },
  },
}
const MANIFESTS = [
  gitStore('v', VAULT),
  gitStore('a', AWS),
  gitStore('k', WITH_KEYS, 'ClusterSecretStore'),
  SECRET,
  reads('v', ['team/db', 'team/*']),
  reads('a', ['/team/db']),
  reads('cluster-k', ['other']),
].join('')

async function needsOf(manifests: string, tenant: Tenant, policy?: TenancyPolicy): Promise<readonly PolicyNeed[]> {
  const { stores, generators, inputs, core } = await manifestsOf(manifests, tenant)
  const administrators = policy?.stores ?? []
  const recorder = await recordNeeds(stores, { tenant, administrators, objects: core, generators, providers })
  assert.deepEqual(planReads(inputs, recorder.source, core, recorder.generators).problems, [])
  return recorder.needs
}

function read(text: string): Promise<TenancyPolicy> {
  return withFolder({ 'suggested.yaml': text }, (directory) => readPolicy(directory, providers))
}

describe('a suggested policy', () => {
  test('reads well', async () => {
    assert.equal(
      suggestPolicy(await needsOf(MANIFESTS, TENANT)),
      String.raw`apiVersion: argocd-external-secrets.io/v1
kind: TenancyPolicy
metadata:
  name: suggested
rules:
  - name: payments/pay/shop
    projects: [payments]
    applications: [shop]
    namespaces: [pay]
    stores:
      - provider: aws
        facts:
          service: [ParameterStore]
          region: [eu-central-1]
        credentials:
          ambient: true
        keys: ["/team/db"]
      - provider: aws
        kinds: [ClusterSecretStore]
        facts:
          service: [ParameterStore]
          region: [eu-central-1]
        credentials:
          stream: true
        keys: [other]
      - provider: vault
        facts:
          server: ["https://vault.internal:8200"]
          path: [secret]
        hosts: ["vault.internal:8200"]
        credentials:
          folder: [token]
        keys: ["secret/team/\\*", secret/team/db]
`,
    )
  })

  test('allows exactly that render', async () => {
    const policy = await read(suggestPolicy(await needsOf(MANIFESTS, TENANT)))
    assert.deepEqual((await planned(policy, MANIFESTS)).refusals, [])
    for (const tenant of [{ project: 'other' }, { application: 'other' }, { namespace: 'other' }]) {
      const refused = await planned(policy, MANIFESTS, { tenant })
      assert.ok(refused.refusals.every((refusal) => refusal.startsWith('AccessDenied')) && refused.refusals.length === 3)
    }
    const others = [
      gitStore('v', VAULT) + reads('v', ['team/other']),
      gitStore('v', { vault: { ...VAULT.vault, auth: { tokenSecretRef: { name: 'token', key: 'k' }, namespace: 'x' } } }) +
        reads('v', ['team/db']),
      gitStore('a', { aws: { ...AWS.aws, region: 'eu-central-2' } }) + reads('a', ['/team/db']),
      gitStore('a', AWS) + reads('a', ['other']),
    ]
    for (const other of others) assert.match((await planned(policy, other)).refusals[0] ?? '', /^AccessDenied/)
    assert.equal(permissionsOf(policy).mayUseNamespace('elsewhere'), false)
  })

  test("asks for the administrator's stores by name", async () => {
    const stores = [{ kind: 'ClusterSecretStore', metadata: { name: 'shared' }, spec: { provider: VAULT } }]
    const manifests = reads('cluster-shared', ['db'])
    const needs = await needsOf(manifests, TENANT, await policyOf({ stores }))
    assert.match(suggestPolicy(needs), /stores:\n {6}- administrator: shared\n {8}keys: \[secret\/db\]\n$/)
    const { rules } = await read(suggestPolicy(needs))
    assert.deepEqual((await planned({ ...(await policyOf({ stores })), rules }, manifests)).refusals, [])
  })

  test('is made of what a dry run noted as well', async () => {
    const dry = await policyOf({ mode: 'dryRun', rules: [] })
    const manifests = gitStore('k', WITH_KEYS) + SECRET + reads('k', ['a', 'b'])
    const { noted } = await planned(dry, manifests)
    const policy = await read(suggestPolicy(noted.flatMap(({ need }) => need ?? [])))
    assert.deepEqual((await planned(policy, manifests)).refusals, [])
  })

  test('of nothing allows nothing', async () => {
    assert.deepEqual((await read(suggestPolicy([]))).rules, [])
  })

  test('has one rule for applications that need the same', async () => {
    const needs = await Promise.all(
      ['b', 'a'].map((application) => needsOf(gitStore('a', AWS) + reads('a', ['x']), { ...TENANT, application })),
    )
    const { rules } = await read(suggestPolicy(needs.flat()))
    assert.deepEqual(
      rules.map(({ name, applications }) => [name, applications]),
      [['payments/pay/a', ['a', 'b']]],
    )
  })
})

test('a suggested policy lists the kinds of generators, but none of what expires', async () => {
  const object = (kind: string, spec: object) =>
    JSON.stringify({ apiVersion: 'generators.external-secrets.io/v1alpha1', kind, metadata: { name: 'gen' }, spec })
  const entries = ['ClusterGenerator', 'UUID', 'SSHKey'].map((kind) => ({ sourceRef: { generatorRef: { kind, name: 'gen' } } }))
  const asking = {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name: 'a' },
    spec: { dataFrom: entries },
  }
  const manifests = [
    object('ClusterGenerator', { kind: 'Password', generator: { passwordSpec: {} } }),
    object('UUID', {}),
    object('SSHKey', {}),
    JSON.stringify(asking),
  ]
  const { rules } = await read(suggestPolicy(await needsOf(manifests.join('\n---\n'), TENANT)))
  assert.deepEqual(
    rules.map((rule) => [rule.generators, rule.stores]),
    [[['ClusterGenerator', 'Password', 'UUID'], []]],
  )
})

const name = fc.oneof(
  fc.string({ minLength: 1, maxLength: 8 }),
  fc.constantFrom(
    'yes',
    'n',
    '1e3',
    '0x1',
    '~',
    'a: b',
    '- a',
    '#x',
    '*',
    '**',
    'a\\',
    '"',
    "'",
    '{',
    '12:30',
    '\u2028',
    '\u{e0001}',
    '\u0085',
  ),
)
const need: fc.Arbitrary<PolicyNeed> = fc.record({
  tenant: fc.record({ project: name, application: name, namespace: name }),
  store: fc.record({
    provider: fc.constantFrom('aws', 'vault'),
    facts: fc.dictionary(
      name.filter((text) => text !== '__proto__'),
      fc.array(name, { minLength: 1, maxLength: 2 }),
      { maxKeys: 2, noNullPrototype: true },
    ),
    keys: fc.array(name, { minLength: 1, maxLength: 3 }),
  }),
})

test('whatever names are in it, it is read as it was meant, in any order of the needs', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(need, { maxLength: 4 }), async (needs) => {
      const text = suggestPolicy(needs)
      assert.equal(suggestPolicy(needs.toReversed()), text)
      const { rules } = await read(text)
      const written = new Set(rules.flatMap(({ stores }) => stores.flatMap(({ keys }) => keys)))
      assert.deepEqual(written, new Set(needs.flatMap(({ store }) => store?.keys ?? [])))
    }),
    { numRuns: runs(60) },
  )
})
