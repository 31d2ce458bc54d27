import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readExternalSecret } from '../../../plugin/api/read-external-secret.ts'
import { renderRules } from '../../../plugin/api/render-rules.ts'
import { applyRules } from '../../../plugin/api/rule.ts'
import { fieldName } from '../../../plugin/model/field-path.ts'

const NOTHING_MORE = { mayHaveType: () => false, mayHaveArgoCdType: () => false, mayTarget: () => false }

function fieldsRefused(target: object, metadata: object = {}): readonly string[] {
  const { value } = readExternalSecret({
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name: 'x', ...metadata },
    spec: { target, data: [{ secretKey: 'a', remoteRef: { key: 'k' } }] },
  })
  assert.ok(value)
  return applyRules(renderRules(NOTHING_MORE), value).map(({ path }) => fieldName(path))
}

for (const type of ['kubernetes.io/service-account-token', 'bootstrap.kubernetes.io/token']) {
  test(`a render refuses the type ${type}`, () => {
    assert.deepEqual(fieldsRefused({ template: { type } }), ['spec.target.template.type'])
  })
}

test('a render refuses a label that makes the Secret part of Argo CD, wherever it would come from', () => {
  const labels = { 'argocd.argoproj.io/secret-type': 'cluster' }
  const name = '[argocd.argoproj.io/secret-type]'
  assert.deepEqual(fieldsRefused({ template: { metadata: { labels } } }), [`spec.target.template.metadata.labels${name}`])
  assert.deepEqual(fieldsRefused({}, { labels }), [`metadata.labels${name}`])
  assert.deepEqual(fieldsRefused({ template: { data: {} } }, { labels }), [`metadata.labels${name}`])
  assert.deepEqual(fieldsRefused({ template: { metadata: {} } }, { labels }), [`metadata.labels${name}`])
})

test('a render refuses other objects than Secrets', () => {
  assert.deepEqual(fieldsRefused({ manifest: { apiVersion: 'v1', kind: 'ConfigMap' } }), ['spec.target.manifest'])
})

test('a render takes ordinary Secrets', () => {
  assert.deepEqual(
    fieldsRefused({ template: { type: 'kubernetes.io/tls', metadata: { labels: { app: 'x' } } } }, { labels: { a: 'b' } }),
    [],
  )
})

test('a rule of a policy allows one type and one label, and no other', () => {
  const permissions = {
    mayHaveType: (type: string) => type === 'bootstrap.kubernetes.io/token',
    mayHaveArgoCdType: (value: string) => value === 'repository',
    mayTarget: () => false,
  }
  const refused = (type: string, label: string): number => {
    const labels = { 'argocd.argoproj.io/secret-type': label }
    const target = { template: { type, metadata: { labels } } }
    const { value } = readExternalSecret({
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata: { name: 'x' },
      spec: { target, data: [{ secretKey: 'a', remoteRef: { key: 'k' } }] },
    })
    assert.ok(value)
    return applyRules(renderRules(permissions), value).length
  }
  assert.equal(refused('bootstrap.kubernetes.io/token', 'repository'), 0)
  assert.equal(refused('kubernetes.io/service-account-token', 'repository'), 1)
  assert.equal(refused('bootstrap.kubernetes.io/token', 'cluster'), 1)
})
