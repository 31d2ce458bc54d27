import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { readPolicy, type TenancyPolicy } from '../../../plugin/policy/read-policy.ts'
import { providers } from '../../../plugin/providers/registry.ts'
import { gitStore, permissionsOf, planned, reads, withFolder } from '../../support/policy.ts'

const FOLDER = 'manifests/policy-examples'

function read(text: string): Promise<TenancyPolicy> {
  return withFolder({ 'policy.yaml': text }, (directory) => readPolicy(directory, providers))
}

function example(name: string): Promise<TenancyPolicy> {
  return read(readFileSync(`${FOLDER}/${name}.yaml`, 'utf8'))
}

test('all examples together are a policy, and each is listed in the README', async () => {
  const policy = await readPolicy(FOLDER, providers)
  assert.equal(policy.mode, 'enforce')
  const readme = readFileSync(`${FOLDER}/README.md`, 'utf8')
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.yaml'))
  assert.deepEqual(
    files.filter((name) => !readme.includes(`\`${name}\``)),
    [],
  )
})

test('the policies in docs/policy.md are policies', async () => {
  const docs = readFileSync('docs/policy.md', 'utf8')
  const blocks = Array.from(docs.matchAll(/^```yaml\n([^]*?)^```/gm), ({ 1: text = '' }) => text)
  assert.ok(blocks.length > 0)
  for (const block of blocks) await read(block)
})

describe('the examples', () => {
  test('two teams, one Vault: each reads below its own path', async () => {
    const policy = await example('two-teams-one-vault')
    const payments = { tenant: { project: 'payments', namespace: 'payments' } }
    const own = await planned(policy, reads('cluster-vault', ['payments/db', 'payments/a/b', 'common/registry']), payments)
    assert.deepEqual(own.refusals, [])
    const other = await planned(policy, reads('cluster-vault', ['shop/db']), payments)
    assert.match(other.refusals[0] ?? '', /^AccessDenied: .*"secret\/shop\/db"/)
    const third = await planned(policy, reads('cluster-vault', ['common/registry']), { tenant: { project: 'third' } })
    assert.match(third.refusals[0] ?? '', /does not serve namespace "pay" of project "third"/)
  })

  test('AWS by role: the name of the store counts for nothing, the role for everything', async () => {
    const policy = await example('aws-by-role')
    const tenant = { project: 'payments', namespace: 'payments-test' }
    const aws = { service: 'SecretsManager', region: 'eu-west-1', role: 'arn:aws:iam::111122223333:role/payments-secrets' }
    const own = await planned(policy, gitStore('any', { aws }) + reads('any', ['payments/db']), { tenant })
    assert.deepEqual(own.refusals, [])
    for (const role of ['arn:aws:iam::111122223333:role/other', undefined]) {
      const other = await planned(policy, gitStore('any', { aws: { ...aws, role } }) + reads('any', ['payments/db']), { tenant })
      assert.match(other.refusals[0] ?? '', /^AccessDenied/)
    }
  })

  test('own credentials: mounted for the destination, also used by objects of the further namespace', async () => {
    const policy = await example('own-vault-credentials')
    const tenant = { project: 'billing', application: 'billing-api', namespace: 'billing' }
    const vault = {
      server: 'https://vault.internal.example.com:8200/',
      namespace: 'billing',
      path: 'secret',
      auth: { appRole: { path: 'approle', roleId: 'r', secretRef: { name: 'billing-approle', key: 'secret-id' } } },
    }
    const plan = await planned(policy, gitStore('v', { vault }) + reads('v', ['db']), {
      tenant,
      mounted: { 'billing/billing-approle/secret-id': 's' },
    })
    assert.deepEqual(plan.refusals, [])
    const [opened] = await plan.open()
    await opened?.credentials.secretKey({ name: 'billing-approle', key: 'secret-id' }, 'f')
    assert.equal(opened?.scope?.mayConnect?.('vault.internal.example.com:8200', '10.0.0.1'), true)
    const permissions = permissionsOf(policy, tenant)
    assert.deepEqual([permissions.mayUseNamespace('billing-jobs'), permissions.honourDeletion], [true, true])
  })

  test('passthrough only: nothing is rendered inline', async () => {
    const policy = await example('passthrough-only')
    assert.equal(permissionsOf(policy, { project: 'production-eu' }).forcePassthrough, true)
    assert.equal(permissionsOf(policy, { project: 'test' }).forcePassthrough, false)
  })
})
