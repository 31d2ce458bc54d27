import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { gitStore, planned, policyOf, reads, TENANT } from '../../support/policy.ts'

const TOKEN = { name: 'vault-token', key: 'token' }
const VAULT = { vault: { server: 'https://vault.example.com', path: 'secret', auth: { tokenSecretRef: TOKEN } } }
const AWS = { aws: { service: 'SecretsManager', region: 'eu-central-1', role: 'arn:aws:iam::1:role/team-a' } }

const VAULT_RULE = {
  name: 'payments',
  projects: ['pay*'],
  namespaces: ['pay'],
  stores: [
    {
      provider: 'vault',
      facts: { server: ['https://vault.example.com'], path: ['secret'] },
      credentials: { folder: ['vault-token'] },
      keys: ['secret/payments/**'],
    },
  ],
}

const AWS_GRANT = {
  provider: 'aws',
  facts: { service: ['SecretsManager'], region: ['eu-*'], role: ['arn:aws:iam::1:role/team-a'] },
  credentials: { ambient: true },
  keys: ['team-a/**'],
}

function ruleWith(...stores: readonly object[]) {
  return { name: 'r', projects: ['payments'], namespaces: ['pay'], stores }
}

describe('a store of Git', () => {
  test('is allowed by what it is, and reads the keys of the rule', async () => {
    const plan = await planned(
      await policyOf({ rules: [VAULT_RULE] }),
      gitStore('v', VAULT) + reads('v', ['payments/db', 'payments/a/b']),
    )
    assert.deepEqual(plan.refusals, [])
    assert.equal(plan.stores.size, 1)
  })

  test('reads no other key, and the refusal names rule, key as the backend sees it, and remedy', async () => {
    const plan = await planned(await policyOf({ rules: [VAULT_RULE] }), gitStore('v', VAULT) + reads('v', ['other/db']))
    assert.deepEqual(plan.refusals, [
      'AccessDenied: the tenancy policy does not allow the key "secret/other/db" (written as "other/db"): no pattern of rule "payments" fits it',
    ])
    assert.equal(plan.problems[0]?.remedy, 'have the administrator add secret/other/db to keys of rule "payments"')
    assert.equal(plan.problems[0]?.place.field, 'spec.data[0]')
  })

  test('is refused a key of which the backend may make another one', async () => {
    const plan = await planned(
      await policyOf({ rules: [VAULT_RULE] }),
      gitStore('v', VAULT) + reads('v', ['payments/../other/db']),
    )
    assert.deepEqual(plan.refusals, [
      'AccessDenied: the key "payments/../other/db" cannot be compared with the patterns of the tenancy policy',
    ])
  })

  test('is refused for a fact with another value, at the field, with the very lines that would allow it', async () => {
    const other = { vault: { ...VAULT.vault, server: 'https://evil.example.com' } }
    const plan = await planned(await policyOf({ rules: [VAULT_RULE] }), gitStore('v', other) + reads('v', ['payments/db']))
    assert.deepEqual(plan.refusals, [
      'AccessDenied: the tenancy policy does not allow SecretStore pay/v: the nearest rule, "payments", does not allow the fact "server" to be "https://evil.example.com"',
    ])
    assert.equal(plan.problems[0]?.place.field, 'spec.provider.vault.server')
    assert.equal(
      plan.problems[0]?.remedy,
      'have the administrator add to stores of rule "payments": [{provider: vault, facts: {server: ["https://evil.example.com"], path: [secret]}, credentials: {folder: [vault-token]}, keys: [secret/payments/db]}]',
    )
  })

  test('is refused for a fact that the rule does not list', async () => {
    const more = { vault: { ...VAULT.vault, namespace: 'admin' } }
    const plan = await planned(await policyOf({ rules: [VAULT_RULE] }), gitStore('v', more) + reads('v', ['payments/db']))
    assert.match(plan.refusals[0] ?? '', /does not list the fact "namespace" \("admin"\)$/)
  })

  test('is refused when it does not state a fact that the rule lists', async () => {
    const less = { vault: { ...VAULT.vault, path: undefined } }
    const plan = await planned(await policyOf({ rules: [VAULT_RULE] }), gitStore('v', less) + reads('v', ['secret/payments/db']))
    assert.match(plan.refusals[0] ?? '', /lists the fact "path", which the store does not state$/)
  })

  test('is not lent the identity of the daemon unless the rule says so', async () => {
    const manifests = gitStore('a', AWS) + reads('a', ['team-a/db'])
    const lent = await planned(await policyOf({ rules: [ruleWith(AWS_GRANT)] }), manifests)
    assert.deepEqual(lent.refusals, [])
    const own = await planned(await policyOf({ rules: [ruleWith({ ...AWS_GRANT, credentials: {} })] }), manifests)
    assert.match(own.refusals[0] ?? '', /does not lend the identity of the daemon \(credentials\.ambient\)/)
  })

  test('of the kind ClusterSecretStore needs a rule that lists the kind', async () => {
    const manifests = gitStore('a', AWS, 'ClusterSecretStore') + reads('cluster-a', ['team-a/db'])
    const refused = await planned(await policyOf({ rules: [ruleWith(AWS_GRANT)] }), manifests)
    assert.match(refused.refusals[0] ?? '', /does not list the kind ClusterSecretStore$/)
    const listed = await planned(
      await policyOf({ rules: [ruleWith({ ...AWS_GRANT, kinds: ['ClusterSecretStore'] })] }),
      manifests,
    )
    assert.deepEqual(listed.refusals, [])
  })

  test('of the kind ClusterSecretStore is opened apart for each namespace, since its credentials are of that namespace', async () => {
    const aws = {
      ...AWS.aws,
      auth: {
        secretRef: {
          accessKeyIDSecretRef: { name: 'keys', key: 'a', namespace: 'pay' },
          secretAccessKeySecretRef: { name: 'keys', key: 'b', namespace: 'pay' },
        },
      },
    }
    const grant = { ...AWS_GRANT, kinds: ['ClusterSecretStore'], credentials: { stream: true } }
    const policy = await policyOf({ rules: [{ ...ruleWith(grant), objectNamespaces: ['other'] }] })
    const plan = await planned(
      policy,
      gitStore('a', { aws }, 'ClusterSecretStore') +
        reads('cluster-a', ['team-a/db']) +
        reads('cluster-a', ['team-a/db'], { namespace: 'other' }),
    )
    assert.deepEqual(plan.refusals, [])
    const opened = await plan.open()
    assert.deepEqual(
      opened.map(({ namespace, scope }) => [namespace, scope?.isOfOneRender]),
      [
        ['pay', true],
        ['other', true],
      ],
    )
  })

  test('gets nothing when two rules allow half of it each', async () => {
    const region = ruleWith({ ...AWS_GRANT, facts: { ...AWS_GRANT.facts, role: ['other'] } })
    const keys = { ...ruleWith({ ...AWS_GRANT, facts: { ...AWS_GRANT.facts, region: ['us-*'] } }), name: 'two' }
    const plan = await planned(await policyOf({ rules: [region, keys] }), gitStore('a', AWS) + reads('a', ['team-a/db']))
    assert.match(plan.refusals[0] ?? '', /^AccessDenied/)
  })

  test('keys of one rule do not go with the credentials of another', async () => {
    const withIdentity = ruleWith({ ...VAULT_RULE.stores[0], credentials: { folder: ['vault-token'] }, keys: ['secret/a'] })
    const withStream = {
      ...ruleWith({ ...VAULT_RULE.stores[0], credentials: { folder: ['other'] }, keys: ['secret/b'] }),
      name: 'two',
    }
    const plan = await planned(
      await policyOf({ rules: [withIdentity, withStream] }),
      gitStore('v', VAULT) + reads('v', ['a', 'b']),
      {
        mounted: { 'pay/vault-token/token': 't' },
      },
    )
    assert.deepEqual(plan.refusals, [])
    const [first, second] = await plan.open()
    assert.ok(first && second)
    assert.notEqual(first.scope?.owner, second.scope?.owner)
    await first.credentials.secretKey(TOKEN, 'f')
    await assert.rejects(second.credentials.secretKey(TOKEN, 'f'), { kind: 'AccessDenied' })
  })

  test('connects to public addresses, and to the private ones of the hosts that the rule lists', async () => {
    const policy = await policyOf({ rules: [ruleWith({ ...VAULT_RULE.stores[0], hosts: ['vault.example.com'], keys: ['**'] })] })
    const [opened] = await (await planned(policy, gitStore('v', VAULT) + reads('v', ['a']))).open()
    const mayConnect = opened?.scope?.mayConnect
    assert.equal(mayConnect?.('vault.example.com', '10.0.0.1'), true)
    assert.equal(mayConnect?.('other.example.com', '10.0.0.1'), false)
    assert.equal(mayConnect?.('other.example.com', '8.8.8.8'), true)
  })
})

describe('a tenant', () => {
  test('that no rule names gets nothing, and the refusal holds the whole rule', async () => {
    const plan = await planned(await policyOf({ rules: [] }), gitStore('a', AWS) + reads('a', ['db']))
    assert.deepEqual(plan.refusals, [
      'AccessDenied: no rule of the tenancy policy names application "shop" of project "payments" in namespace "pay": it may not use SecretStore pay/a',
    ])
    assert.equal(
      plan.problems[0]?.remedy,
      'have the administrator add to rules of the policy: [{name: payments/pay/shop, projects: [payments], applications: [shop], namespaces: [pay], stores: [{provider: aws, facts: {service: [SecretsManager], region: [eu-central-1], role: ["arn:aws:iam::1:role/team-a"]}, credentials: {ambient: true}, keys: [db]}]}]',
    )
  })

  test('is project, application and namespace together', async () => {
    const policy = await policyOf({ rules: [{ ...ruleWith(AWS_GRANT), applications: ['shop'] }] })
    const manifests = gitStore('a', AWS) + reads('a', ['team-a/db'])
    assert.deepEqual((await planned(policy, manifests)).refusals, [])
    for (const tenant of [{ project: 'Payments' }, { application: 'shop2' }, { namespace: 'pay2' }]) {
      assert.match((await planned(policy, manifests, { tenant })).refusals[0] ?? '', /^AccessDenied: no rule/)
    }
  })

  test('may choose among the stores that it may use, by the parameter stores', async () => {
    const policy = await policyOf({ rules: [ruleWith(AWS_GRANT)] })
    const manifests = gitStore('a', AWS) + gitStore('b', AWS) + reads('a', ['team-a/db']) + reads('b', ['team-a/db'])
    const plan = await planned(policy, manifests, { narrowedTo: ['a'] })
    assert.deepEqual(plan.refusals, [
      'AccessDenied: the store "b" is not among those that the parameter stores of the Application names',
    ])
  })
})

const ADMINISTRATORS = {
  kind: 'ClusterSecretStore',
  metadata: { name: 'shared' },
  spec: { provider: VAULT },
}

describe("a store of the administrator's", () => {
  const rule = ruleWith({ administrator: 'shared', keys: ['secret/payments/*'] })

  test('is used by name where a rule allows the key, and whatever the author has in Git', async () => {
    const policy = await policyOf({ rules: [rule], stores: [ADMINISTRATORS] })
    const plan = await planned(policy, reads('cluster-shared', ['payments/db']))
    assert.deepEqual(plan.refusals, [])
    const [opened] = await plan.open()
    assert.deepEqual(opened?.scope, { owner: 'administrator' })
  })

  test('is refused without a rule, with the lines that would allow it', async () => {
    const policy = await policyOf({ rules: [ruleWith()], stores: [ADMINISTRATORS] })
    const plan = await planned(policy, reads('cluster-shared', ['payments/db']))
    assert.deepEqual(plan.refusals, [
      'AccessDenied: the tenancy policy does not allow ClusterSecretStore shared to application "shop" of project "payments" in namespace "pay": rule "r" has no entry for it',
    ])
    assert.equal(
      plan.problems[0]?.remedy,
      'have the administrator add to stores of rule "r": [{administrator: shared, keys: [secret/payments/db]}]',
    )
  })

  test('gives no other key', async () => {
    const policy = await policyOf({ rules: [rule], stores: [ADMINISTRATORS] })
    const plan = await planned(policy, reads('cluster-shared', ['other/db']))
    assert.match(plan.refusals[0] ?? '', /^AccessDenied: .* the key "secret\/other\/db" .* rule "r"/)
  })

  test('is a Conflict with one of the same kind and name in Git, even when nobody reads it', async () => {
    const policy = await policyOf({ rules: [rule], stores: [ADMINISTRATORS] })
    await assert.rejects(planned(policy, gitStore('shared', VAULT, 'ClusterSecretStore')), {
      kind: 'Conflict',
      message: "ClusterSecretStore shared is a store of the administrator's",
    })
    // Another kind, or the same name in another namespace, is another store.
    await planned(policy, gitStore('shared', VAULT))
  })

  test('does not serve other projects and namespaces, in a dry run neither', async () => {
    for (const mode of ['enforce', 'dryRun']) {
      const stores = [{ ...ADMINISTRATORS, projects: ['other'], namespaces: ['elsewhere'] }]
      const policy = await policyOf({ mode, rules: [rule], stores })
      const plan = await planned(policy, reads('cluster-shared', ['payments/db']))
      assert.deepEqual(plan.refusals, [
        `AccessDenied: the administrator's ClusterSecretStore shared does not serve namespace "pay" of project "payments"`,
      ])
    }
  })

  test('keeps to its conditions, and labels that Git writes for a namespace open none', async () => {
    const namespace = `---\napiVersion: v1\nkind: Namespace\nmetadata: {name: pay, labels: {tier: web}}\n`
    const refusalsOf = async (condition: object) => {
      const stores = [{ ...ADMINISTRATORS, spec: { ...ADMINISTRATORS.spec, conditions: [condition] } }]
      const policy = await policyOf({ rules: [rule], stores })
      return (await planned(policy, reads('cluster-shared', ['payments/db']) + namespace)).refusals
    }
    assert.deepEqual(await refusalsOf({ namespaceRegexes: ['^pa'] }), [])
    for (const condition of [{ namespaceRegexes: ['^x'] }, { namespaceSelector: { matchLabels: { tier: 'web' } } }])
      assert.match((await refusalsOf(condition))[0] ?? '', /^AccessDenied: ClusterSecretStore "shared" is not allowed from/)
  })

  test('of the kind SecretStore serves its own namespace', async () => {
    const store = { ...ADMINISTRATORS, kind: 'SecretStore', metadata: { name: 'shared', namespace: 'pay' } }
    const policy = await policyOf({ rules: [{ ...rule, namespaces: ['*'] }], stores: [store] })
    assert.deepEqual((await planned(policy, reads('shared', ['payments/db']))).refusals, [])
    const elsewhere = await planned(policy, reads('shared', ['payments/db']), { tenant: { namespace: 'other' } })
    assert.match(elsewhere.refusals[0] ?? '', /^InvalidSpec: there is no SecretStore "shared" in namespace "other"/)
  })

  test('may have its keys allowed by several rules: it has one login', async () => {
    const second = { ...ruleWith({ administrator: 'sha*', keys: ['secret/x'] }), name: 'two' }
    const policy = await policyOf({ rules: [rule, second], stores: [ADMINISTRATORS] })
    const plan = await planned(policy, reads('cluster-shared', ['payments/db', 'x']))
    assert.deepEqual([plan.refusals, plan.stores.size], [[], 1])
  })

  test('takes credentials from the mounted folder, never from the manifests', async () => {
    const policy = await policyOf({ rules: [rule], stores: [ADMINISTRATORS] })
    const secret = `${JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: TOKEN.name }, stringData: { token: 'of Git' } })}\n---\n`
    const plan = await planned(policy, secret + reads('cluster-shared', ['payments/db']), {
      mounted: { [`${TENANT.namespace}/vault-token/token`]: 'mounted' },
    })
    const [opened] = await plan.open()
    const value = await opened?.credentials.secretKey(TOKEN, 'f')
    assert.equal(new TextDecoder().decode(value?.reveal()), 'mounted')
    const bare = await planned(policy, secret + reads('cluster-shared', ['payments/db']))
    const [unmounted] = await bare.open()
    await assert.rejects(unmounted?.credentials.secretKey(TOKEN, 'f') ?? Promise.resolve(), { kind: 'InvalidSpec' })
  })
})

describe('a dry run', () => {
  test('reads keys that no rule allows, and notes each with what a rule would have to say', async () => {
    const policy = await policyOf({
      mode: 'dryRun',
      rules: [VAULT_RULE],
      stores: [ADMINISTRATORS],
    })
    const plan = await planned(policy, gitStore('v', VAULT) + reads('v', ['other', 'more']) + reads('cluster-shared', ['x']))
    assert.deepEqual(plan.refusals, [])
    assert.deepEqual(
      plan.noted.map(({ need }) => need?.store?.keys),
      [['secret/other'], ['secret/more'], ['secret/x']],
    )
  })

  test('lends a store of Git that no rule allows nothing of the administrator', async () => {
    const policy = await policyOf({ mode: 'dryRun', rules: [] })
    const plan = await planned(policy, gitStore('v', VAULT) + reads('v', ['other']), {
      mounted: { 'pay/vault-token/token': 't' },
    })
    assert.deepEqual([plan.refusals, plan.noted.length], [[], 1])
    const [opened] = await plan.open()
    await assert.rejects(opened?.credentials.secretKey(TOKEN, 'f') ?? Promise.resolve(), /no key "token" of "vault-token"/)
    assert.ok(opened && !('podToken' in opened.credentials))
    assert.equal(opened?.scope?.mayConnect?.('vault.example.com', '127.0.0.1'), false)
    const ambient = await planned(policy, gitStore('a', AWS) + reads('a', ['x']))
    assert.match(ambient.refusals[0] ?? '', /^AccessDenied/)
  })
})
