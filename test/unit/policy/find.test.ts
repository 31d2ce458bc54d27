import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { findSecrets } from '../../../plugin/expansion/find-secrets.ts'
import type { FoundStore } from '../../../plugin/expansion/store-source.ts'
import { memoryProvider } from '../../support/memory-provider.ts'
import { gitStore, type Planned, planned, policyOf } from '../../support/policy.ts'

const VAULT = {
  vault: { server: 'https://vault.example.com', path: 'secret', auth: { tokenSecretRef: { name: 'vault-token', key: 'token' } } },
}

function vaultRule(...keys: string[]) {
  const facts = { server: ['https://vault.example.com'], path: ['secret'] }
  const stores = [{ provider: 'vault', facts, credentials: { folder: ['vault-token'] }, keys }]
  return { name: 'team', projects: ['payments'], namespaces: ['pay'], stores }
}

function finds(store: string, path: string, kind = 'SecretStore'): string {
  return `---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: found, namespace: pay}
spec:
  secretStoreRef: {name: ${store}, kind: ${kind}}
  dataFrom: [{find: {path: ${path}, name: {regexp: .}}}]
`
}

/** What becomes of the one search of a plan when the backend has these keys. */
async function searched({ stores }: Planned, keys: readonly string[]) {
  const [plan] = stores.values()
  assert.ok(plan)
  const reader = {
    fetch: async () => [],
    list: async () => keys.map((key) => ({ name: key, ref: { key, part: 'value' as const } })),
    close: async () => undefined,
  }
  const store: FoundStore = plan.store
  const outcomes = await findSecrets(
    plan.finds,
    store,
    { provider: memoryProvider().provider, reader },
    AbortSignal.timeout(5_000),
  )
  const [outcome] = outcomes.values()
  assert.ok(outcome)
  return outcome
}

describe('find under a policy', () => {
  test('gives what a rule allows, all of it', async () => {
    const plan = await planned(
      await policyOf({ rules: [vaultRule('secret/team/**')] }),
      gitStore('v', VAULT) + finds('v', 'team'),
    )
    assert.deepEqual(plan.refusals, [])
    const outcome = await searched(plan, ['team/a', 'team/b/c'])
    assert.equal(outcome.ok && outcome.secrets.length, 2)
  })

  test('that matches a key which the tenant may not read is refused as a whole, and names of it nothing', async () => {
    const plan = await planned(
      await policyOf({ rules: [vaultRule('secret/team/a/*')] }),
      gitStore('v', VAULT) + finds('v', 'team'),
    )
    const outcome = await searched(plan, ['team/a/1', 'team/b', 'team/c', 'team/d', 'team/e'])
    assert.ok(!outcome.ok)
    assert.equal(outcome.error.kind, 'AccessDenied')
    assert.equal(outcome.error.message, 'find matches secrets that its tenant may not read')
    assert.doesNotMatch(`${outcome.error.message} ${outcome.error.remedy}`, /team\/[bcde]/)
  })

  test('in a store that no rule allows is refused before anything is opened', async () => {
    const plan = await planned(await policyOf({ rules: [] }), gitStore('v', VAULT) + finds('v', 'team'))
    assert.equal(plan.stores.size, 0)
    assert.match(plan.refusals[0] ?? '', /^AccessDenied: no rule of the tenancy policy names/)
    assert.match(plan.problems[0]?.remedy ?? '', /secret\/team\/\*\*/)
  })

  test("in an administrator's store of which no rule speaks is refused before anything is opened", async () => {
    const store = {
      kind: 'ClusterSecretStore',
      metadata: { name: 'shared' },
      spec: { provider: VAULT },
      projects: ['*'],
      namespaces: ['*'],
    }
    const rule = (administrator: string) => ({
      name: 'r',
      projects: ['payments'],
      namespaces: ['pay'],
      stores: [{ administrator, keys: ['secret/team/**'] }],
    })
    const policy = (name: string) => policyOf({ stores: [store], rules: [rule(name)] })
    const refused = await planned(await policy('other'), finds('shared', 'team', 'ClusterSecretStore'))
    assert.match(refused.refusals[0] ?? '', /^AccessDenied/)
    assert.equal(refused.stores.size, 0)
    const allowed = await planned(await policy('shared'), finds('shared', 'team', 'ClusterSecretStore'))
    assert.deepEqual(allowed.refusals, [])
    assert.equal((await searched(allowed, ['team/a'])).ok, true)
    assert.equal((await searched(allowed, ['other/a'])).ok, false)
  })
})
