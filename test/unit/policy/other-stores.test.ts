import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gitStore, planned, policyOf, reads } from '../../support/policy.ts'

const vault = (server: string): object => ({
  vault: { server, path: 'secret', auth: { tokenSecretRef: { name: 't', key: 'token' } } },
})
const OWN = gitStore('own', vault('https://vault.example.com'))
const ELSEWHERE = gitStore('elsewhere', vault('https://evil.example.com'))
const RULE = {
  name: 'payments',
  projects: ['pay*'],
  namespaces: ['pay'],
  stores: [
    {
      provider: 'vault',
      facts: { server: ['https://vault.example.com'], path: ['secret'] },
      credentials: { folder: ['t'] },
      keys: ['secret/payments/**'],
    },
  ],
}
const annotations = { 'argocd-external-secrets.io/when-missing': '{"*": {stores: [{name: elsewhere}]}}' }

test('a store for what is missing elsewhere is judged as every other one, whether anything is missing or not', async () => {
  const policy = await policyOf({ rules: [RULE] })
  const plan = await planned(policy, OWN + ELSEWHERE + reads('own', ['payments/db'], { annotations }))
  assert.equal(plan.refusals.length, 1)
  assert.match(plan.refusals[0] ?? '', /^AccessDenied: .*evil\.example\.com/)
})

test('so is each key that would be read there', async () => {
  const narrow = {
    ...RULE,
    stores: [
      ...RULE.stores,
      { ...RULE.stores[0], facts: { server: ['https://evil.example.com'], path: ['secret'] }, keys: ['secret/other/**'] },
    ],
  }
  const plan = await planned(
    await policyOf({ rules: [narrow] }),
    OWN + ELSEWHERE + reads('own', ['payments/db'], { annotations }),
  )
  assert.equal(plan.refusals.length, 1)
  assert.match(plan.refusals[0] ?? '', /^AccessDenied: the tenancy policy does not allow the key "secret\/payments\/db"/)
})

test('and it is not opened with the others', async () => {
  const policy = await policyOf({ rules: [RULE] })
  const second = gitStore('elsewhere', vault('https://vault.example.com'))
  const plan = await planned(policy, OWN + second + reads('own', ['payments/db'], { annotations }))
  assert.deepEqual(plan.refusals, [])
  assert.deepEqual(
    [...plan.stores.values()].map(({ store }) => store.name),
    ['SecretStore pay/own'],
  )
})
