import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { exactly, fitsGlob } from '../../../plugin/policy/glob.ts'
import type { PolicyRule } from '../../../plugin/policy/policy-schema.ts'
import type { TenancyPolicy } from '../../../plugin/policy/read-policy.ts'
import type { CredentialSource } from '../../../plugin/providers/credential-source.ts'
import { gitStore, permissionsOf, planned, policyOf, reads, TENANT } from '../../support/policy.ts'
import { runs } from '../../support/property-runs.ts'

const KEYS = ['a', 'a/b', 'c'] as const
const TOKEN = { name: 'token', key: 'k' }

const stores = fc.record({
  region: fc.constantFrom('eu-central-1', 'us-east-1'),
  role: fc.constantFrom('r1', undefined),
  auth: fc.constantFrom(undefined, { secretRef: { accessKeyIDSecretRef: TOKEN, secretAccessKeySecretRef: TOKEN } }),
})
const manifests = stores.map(
  (store) => gitStore('s', { aws: { service: 'SecretsManager', ...store } }) + reads('s', KEYS) + reads('cluster-own', KEYS),
)

const keys = fc.subarray(['a', 'a/*', '**', 'c'], { minLength: 1 })
const grant = fc.oneof(
  fc.record({ administrator: fc.constantFrom('own', 'other'), keys }),
  fc.record({
    provider: fc.constant('aws'),
    facts: fc.constantFrom<object>(
      { service: ['*'], region: ['*'] },
      { service: ['SecretsManager'], region: ['eu-*'] },
      { service: ['*'], region: ['*'], role: ['r1'] },
      { region: ['*'] },
    ),
    credentials: fc.record({ ambient: fc.boolean(), folder: fc.subarray(['token', 'x']) }),
    keys,
  }),
)
const rules = fc.array(
  fc.record({
    projects: fc.constantFrom(['payments'], ['*'], ['pay*'], ['other']),
    namespaces: fc.constantFrom(['pay'], ['*']),
    stores: fc.array(grant, { maxLength: 2 }),
    allow: fc.record({ immutable: fc.boolean(), honourDeletion: fc.boolean() }),
  }),
  { maxLength: 3 },
)

/** Names by their number: no two are the same. */
function policyWith(given: readonly object[]): Promise<TenancyPolicy> {
  const own = {
    kind: 'ClusterSecretStore',
    metadata: { name: 'own' },
    spec: { provider: { aws: { service: 'SecretsManager', region: 'eu-central-1' } } },
  }
  return policyOf({ rules: given.map((rule, index) => ({ name: `rule-${index}`, ...rule })), stores: [own] })
}

/** What may be read, and what of it with the credential that the store names. */
async function allowed(policy: TenancyPolicy, text: string): Promise<ReadonlySet<string>> {
  const plan = await planned(policy, text, { mounted: { 'pay/token/k': 'v' } })
  const reading = new Set<string>()
  const opened = await plan.open()
  for (const [index, { store, refs }] of [...plan.stores.values()].entries()) {
    // What a grant binds beside counts for nothing to a store that logs in without it.
    const works = text.includes(`"${TOKEN.name}"`) && (await canRead(opened[index]?.credentials))
    for (const { key } of refs.values()) reading.add(`${store.name} ${key}`)
    if (works) for (const { key } of refs.values()) reading.add(`${store.name} ${key} with its credential`)
  }
  return reading
}

function canRead(credentials: CredentialSource | undefined): Promise<boolean> {
  const reading = credentials?.secretKey(TOKEN, 'f') ?? Promise.reject(new Error('not opened'))
  return reading.then(
    () => true,
    () => false,
  )
}

test('a further rule never takes away what was allowed, wherever it stands', async () => {
  await fc.assert(
    fc.asyncProperty(manifests, rules, rules, async (text, some, more) => {
      const before = await allowed(await policyWith(some), text)
      for (const order of [
        [...some, ...more],
        [...more, ...some],
      ]) {
        const after = await allowed(await policyWith(order), text)
        assert.deepEqual(
          [...before].filter((what) => !after.has(what)),
          [],
        )
      }
    }),
    { numRuns: runs(60) },
  )
})

test('what several rules allow together, one of them allows alone', async () => {
  await fc.assert(
    fc.asyncProperty(manifests, rules, async (text, given) => {
      const together = await allowed(await policyWith(given), text)
      const alone = await Promise.all(given.map(async (rule) => allowed(await policyWith([rule]), text)))
      const union = alone.reduce((all, one) => all.union(one), new Set<string>())
      assert.deepEqual(together, union)
    }),
    { numRuns: runs(60) },
  )
})

test('a tenant that no rule names gets nothing', async () => {
  await fc.assert(
    fc.asyncProperty(manifests, rules, async (text, given) => {
      const elsewhere = given.map((rule) => ({ ...rule, projects: ['elsewhere'] }))
      const policy = await policyWith(elsewhere)
      assert.deepEqual(await allowed(policy, text), new Set())
      const { mayUseNamespace, mayHaveType, ...rest } = permissionsOf(policy)
      assert.equal(mayUseNamespace('pay') || mayHaveType('kubernetes.io/service-account-token'), false)
      assert.deepEqual(
        [rest.honourDeletion, rest.immutable, rest.metadataFromValues, rest.forcePassthrough],
        [false, false, false, false],
      )
    }),
    { numRuns: runs(15) },
  )
})

test('a store that states one more fact than the rule lists is refused', async () => {
  const policy = await policyWith([
    {
      projects: ['payments'],
      namespaces: ['pay'],
      stores: [{ provider: 'aws', facts: { service: ['*'], region: ['*'] }, credentials: { ambient: true }, keys: ['**'] }],
    },
  ])
  const store = { service: 'SecretsManager', region: 'eu-central-1' }
  assert.deepEqual((await planned(policy, gitStore('s', { aws: store }) + reads('s', KEYS))).refusals, [])
  for (const more of [
    { role: 'r' },
    { externalID: 'x' },
    { additionalRoles: ['r'] },
    { sessionTags: [{ key: 'a', value: 'b' }] },
  ]) {
    const { refusals } = await planned(policy, gitStore('s', { aws: { ...store, ...more } }) + reads('s', KEYS))
    assert.match(refusals[0] ?? '', /does not list the fact/)
  }
})

test('permissions are the sum of those of the rules that name the tenant, and one rule may force passthrough', async () => {
  const rule: Omit<PolicyRule, 'allow' | 'delivery' | 'name'> & object = {
    projects: [TENANT.project],
    namespaces: [TENANT.namespace],
    applications: ['**'],
    objectNamespaces: [],
    stores: [],
    generators: [],
  }
  const policy = await policyWith([
    {
      ...rule,
      objectNamespaces: ['team-*'],
      allow: { immutable: true, secretTypes: ['bootstrap.kubernetes.io/token'], genericTargets: ['ConfigMap'] },
    },
    { ...rule, allow: { honourDeletion: true, argocdSecretTypes: ['repository'] } },
    { ...rule, projects: ['other'], allow: { metadataFromValues: true, genericTargets: ['a.b/C'] }, delivery: 'passthrough' },
  ])
  const permissions = permissionsOf(policy)
  assert.deepEqual([permissions.immutable, permissions.honourDeletion, permissions.metadataFromValues], [true, true, false])
  assert.deepEqual(['team-a', 'team/a', 'other'].map(permissions.mayUseNamespace), [true, false, false])
  assert.equal(permissions.mayHaveType('bootstrap.kubernetes.io/token'), true)
  assert.deepEqual(['repository', 'cluster'].map(permissions.mayHaveArgoCdType), [true, false])
  assert.deepEqual(['ConfigMap', 'a.b/C', 'x/ConfigMap'].map(permissions.mayTarget), [true, false, false])
  assert.equal(permissions.forcePassthrough, false)
  assert.equal(permissionsOf(policy, { project: 'other' }).forcePassthrough, true)
})

test('exactly one text fits the pattern that is made of it', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '/', '*', '?', '\\', '😀'), maxLength: 6 })
  fc.assert(
    fc.property(text, text, (one, other) => {
      assert.equal(fitsGlob(exactly(one), other), one === other)
    }),
    { numRuns: runs(2_000) },
  )
})
