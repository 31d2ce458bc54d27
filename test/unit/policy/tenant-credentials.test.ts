import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SecretValue } from '../../../plugin/model/secret-value.ts'
import type { GitStoreGrant } from '../../../plugin/policy/policy-schema.ts'
import { tenantCredentials } from '../../../plugin/policy/tenant-credentials.ts'
import type { StreamObjects } from '../../../plugin/stores/stream-objects.ts'
import { mountedFiles } from '../../support/mounted-files.ts'

const FIELD = 'spec.provider.x.auth'
const GCP_FIELD = 'spec.provider.gcpsm.auth.secretRef.secretAccessKeySecretRef'
const FOLDER: Readonly<Record<string, string>> = {
  'pay/mounted/key': 'from the folder',
  'pay/mounted/token': 'a token',
  'pay/mounted/ca.crt': 'a certificate',
  'other/mounted/key': "somebody else's",
  'pay/google/service': '{"type":"service_account"}',
  'pay/google/federated': '{"type":"external_account"}',
  'pay/google/user': '{"type":"authorized_user"}',
  'pay/google/text': 'no JSON',
}

const folder = mountedFiles(FOLDER, '/credentials')

const stream: StreamObjects = {
  secret: (namespace, name) =>
    namespace === 'pay' && ['git', 'mounted'].includes(name) ? new Map([['key', SecretValue.fromText('from Git')]]) : undefined,
  secretLabels: (_namespace, name) => new Map(name === 'git' ? [['use', 'it']] : []),
  configMap: () => new Map([['ca.crt', 'a certificate of Git']]),
  serviceAccountAnnotations: () => new Map([['role', 'r']]),
}

function credentialsOf(given: Partial<GitStoreGrant['credentials']>, providerId = 'x', places: object = {}) {
  const grant: GitStoreGrant = {
    provider: providerId,
    kinds: ['SecretStore'],
    facts: {},
    hosts: [],
    credentials: { stream: false, folder: [], ambient: false, ...given },
    keys: ['**'],
  }
  return tenantCredentials(providerId, { rule: 'r', grant }, { stream, namespace: 'pay', folder, destination: 'pay', ...places })
}

async function text(value: Promise<SecretValue>): Promise<string> {
  return new TextDecoder().decode((await value).reveal())
}

describe('a store of Git', () => {
  test('reads what the rule lists in the mounted folder, whatever namespace its selector names', async () => {
    const credentials = credentialsOf({ folder: ['mount*'] })
    for (const namespace of ['pay', 'other', undefined]) {
      assert.equal(await text(credentials.secretKey({ name: 'mounted', namespace, key: 'key' }, FIELD)), 'from the folder')
    }
  })

  test('reaches the part of the folder that is of the destination, also for an object of another namespace', async () => {
    const credentials = credentialsOf({ folder: ['mounted'] }, 'x', { namespace: 'other' })
    assert.equal(await text(credentials.secretKey({ name: 'mounted', key: 'key' }, FIELD)), 'from the folder')
  })

  test('is told the rule and the remedy for what is not bound, and that it is missing for what is', async () => {
    await assert.rejects(credentialsOf({ folder: ['x'] }).secretKey({ name: 'mounted', key: 'key' }, FIELD), {
      kind: 'AccessDenied',
      message: 'rule "r" of the tenancy policy binds no credential "mounted" to this store',
      remedy: 'have the administrator add "mounted" to credentials.folder of the rule and mount it below --credentials',
      place: { field: FIELD },
    })
    await assert.rejects(credentialsOf({ folder: ['mounted'] }).secretKey({ name: 'mounted', key: 'none' }, FIELD), {
      kind: 'InvalidSpec',
      message: 'no key "none" of "mounted" in the mounted folder of namespace "pay"',
    })
  })

  test('reads Secrets of its manifests only where the rule says stream', async () => {
    const selector = { name: 'git', key: 'key' }
    await assert.rejects(credentialsOf({}).secretKey(selector, FIELD), { kind: 'AccessDenied' })
    assert.equal(await text(credentialsOf({ stream: true }).secretKey(selector, FIELD)), 'from Git')
    await assert.rejects(credentialsOf({ stream: true }, 'x', { namespace: 'other' }).secretKey(selector, FIELD), {
      kind: 'InvalidSpec',
    })
  })

  test('has its own Secret before the mounted one, where it may have both', async () => {
    const both = credentialsOf({ stream: true, folder: ['mounted'] })
    assert.equal(await text(both.secretKey({ name: 'mounted', key: 'key' }, FIELD)), 'from Git')
    assert.equal(await text(both.serviceAccountToken({ name: 'mounted' }, FIELD)), 'a token')
  })

  test('brings certificates and roles of its own only where the rule says stream', async () => {
    const config = { type: 'ConfigMap', name: 'ca', key: '' } as const
    await assert.rejects(credentialsOf({}).caBundle(config, FIELD), { kind: 'AccessDenied' })
    assert.equal(await credentialsOf({ stream: true }).caBundle(config, FIELD), 'a certificate of Git')
    assert.equal(await credentialsOf({ folder: ['mounted'] }).caBundle({ ...config, name: 'mounted' }, FIELD), 'a certificate')
    assert.equal(await credentialsOf({ folder: ['mounted'] }).serviceAccountAnnotations({ name: 'mounted' }, FIELD), undefined)
    assert.deepEqual(
      await credentialsOf({ stream: true }).serviceAccountAnnotations({ name: 'a' }, FIELD),
      new Map([['role', 'r']]),
    )
  })

  test('sends away a mounted Secret that the rule binds, and one of its manifests only with the label', async () => {
    const label = { name: 'use', value: 'it' }
    const sent = (source: ReturnType<typeof credentialsOf>, name: string, wanted = label) =>
      source.labelledSecret({ name }, wanted, FIELD)
    assert.equal((await sent(credentialsOf({ folder: ['mounted'] }), 'mounted')).size > 0, true)
    await assert.rejects(sent(credentialsOf({ folder: ['x'] }), 'mounted'), { kind: 'AccessDenied' })
    await assert.rejects(sent(credentialsOf({ folder: ['git'] }), 'git'), { kind: 'InvalidSpec' })
    assert.deepEqual([...(await sent(credentialsOf({ stream: true }), 'git')).keys()], ['key'])
    const other = { name: 'use', value: 'other' }
    await assert.rejects(sent(credentialsOf({ stream: true }), 'git', other), { kind: 'AccessDenied' })
    // Its own Secret of that name comes first, and is not labelled.
    await assert.rejects(sent(credentialsOf({ stream: true, folder: ['mounted'] }), 'mounted'), { kind: 'AccessDenied' })
  })

  test("has the pod's token only where the rule lends the identity of the daemon", () => {
    assert.ok(!('podToken' in credentialsOf({ stream: true, folder: ['**'] })))
    assert.ok('podToken' in credentialsOf({ ambient: true }))
  })
})

describe('a store of Git at Google', () => {
  const credentials = credentialsOf({ stream: true, folder: ['google', 'mounted'] }, 'gcpsm')

  test('logs in with the key of a service account', async () => {
    await credentials.secretKey({ name: 'google', key: 'service' }, GCP_FIELD)
  })

  for (const key of ['federated', 'user', 'text']) {
    test(`not with another credential file: ${key}`, async () => {
      await assert.rejects(credentials.secretKey({ name: 'google', key }, GCP_FIELD), {
        kind: 'AccessDenied',
        message: 'a credential file that is not of type service_account is nothing that a store of Git may bring',
      })
    })
  }

  test('not with a federation that its author configures', async () => {
    await assert.rejects(credentials.caBundle({ type: 'ConfigMap', name: 'a', key: 'b' }, FIELD), { kind: 'AccessDenied' })
  })

  test('with a token of a ServiceAccount', async () => {
    assert.equal(await text(credentials.serviceAccountToken({ name: 'mounted' }, FIELD)), 'a token')
  })
})
