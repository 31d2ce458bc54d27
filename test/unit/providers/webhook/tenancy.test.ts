import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { credentialNames } from '../../../../plugin/policy/credential-names.ts'
import { webhookConfig } from '../../../../plugin/providers/webhook/config.ts'
import { webhookTenancy } from '../../../../plugin/providers/webhook/tenancy.ts'

const config = webhookConfig.parse({
  url: 'https://API.example.com:8443/v1/{{ .remoteRef.key }}',
  method: 'POST',
  headers: { Authorization: 'Bearer {{ .login.token }}' },
  body: '{"key": "{{ .remoteRef.key }}"}',
  result: { jsonPath: '$.value' },
  timeout: '5s',
  secrets: [{ name: 'login', secretRef: { name: 'webhook' } }],
  caBundle: 'a certificate',
})

describe('a webhook store as a policy sees it', () => {
  test('states every text of its request, and no credential', () => {
    assert.deepEqual(Object.fromEntries(webhookTenancy.facts(config)), {
      url: ['https://API.example.com:8443/v1/{{ .remoteRef.key }}'],
      method: ['POST'],
      'headers.Authorization': ['Bearer {{ .login.token }}'],
      body: ['{"key": "{{ .remoteRef.key }}"}'],
      caBundle: ['given'],
    })
    assert.deepEqual(webhookTenancy.hosts(config), ['api.example.com:8443'])
    assert.equal(webhookTenancy.usesAmbientIdentity(config), false)
    assert.deepEqual(credentialNames(config), ['webhook'], 'what templates call the Secret is no name of an object')
  })

  for (const key of ['app/db', 'app/db password', 'a.b-c_d~e:f@g+h=i,j', ''])
    test(`the key ${JSON.stringify(key)} is what it says`, () => {
      assert.equal(webhookTenancy.canonicalKey(config, { key, part: 'value' }), key)
    })

  for (const key of ['..', 'app/../db', 'app/.', 'x","key":"admin', 'a\nb', 'a%2fb', 'a\\b', 'a?b', 'a#b', 'a&b', 'a{{b}}', 'ä'])
    test(`nobody can say what a template makes of the key ${JSON.stringify(key)}`, () => {
      assert.equal(webhookTenancy.canonicalKey(config, { key, part: 'value' }), undefined)
    })

  test('nor what it makes of such a version or property', () => {
    assert.equal(webhookTenancy.canonicalKey(config, { key: 'a', version: '..', part: 'value' }), undefined)
    assert.equal(webhookTenancy.canonicalKey(config, { key: 'a', property: 'x","key":"admin', part: 'value' }), undefined)
  })
})
