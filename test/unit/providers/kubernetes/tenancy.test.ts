import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { kubernetesConfig } from '../../../../plugin/providers/kubernetes/config.ts'
import { kubernetesTenancy } from '../../../../plugin/providers/kubernetes/tenancy.ts'

const token = { bearerToken: { name: 'login', key: 'token' } }
const config = kubernetesConfig.parse({ auth: { token }, server: { url: 'HTTPS://K8s.example.com:6443/', caBundle: 'x' } })

describe('a kubernetes store as a policy sees it', () => {
  test('states the cluster and the namespace, also where its author says nothing of them', () => {
    assert.deepEqual(Object.fromEntries(kubernetesTenancy.facts(config)), {
      'server.url': ['https://k8s.example.com:6443'],
      'server.caBundle': ['given'],
      remoteNamespace: ['default'],
    })
    const own = kubernetesConfig.parse({ auth: { token } })
    assert.deepEqual(Object.fromEntries(kubernetesTenancy.facts(own)), {
      'server.url': ['https://kubernetes.default'],
      remoteNamespace: ['default'],
    })
    assert.deepEqual(kubernetesTenancy.defaults, {}, 'a rule has to list both')
    assert.deepEqual(kubernetesTenancy.hosts(own), ['kubernetes.default'])
  })

  test('states that a kubeconfig says whom it asks, and not what it does not look at', () => {
    const byFile = kubernetesConfig.parse({ authRef: { name: 'k' }, server: { url: 'https://allowed.example.com' } })
    assert.deepEqual(Object.fromEntries(kubernetesTenancy.facts(byFile)), { authRef: ['given'], remoteNamespace: ['default'] })
    assert.deepEqual(kubernetesTenancy.hosts(byFile), [])
  })

  test('never has the identity of this process', () => assert.equal(kubernetesTenancy.usesAmbientIdentity(config), false))

  test('has names of Secrets for keys, and nothing that leads elsewhere', () => {
    assert.equal(kubernetesTenancy.canonicalKey(config, { key: 'app.db-1', part: 'value' }), 'app.db-1')
    for (const key of ['../x', 'a/b', 'A', 'a_b', '', 'a%2e', '.', 'a..b'])
      assert.equal(kubernetesTenancy.canonicalKey(config, { key, part: 'value' }), undefined, key)
  })
})
