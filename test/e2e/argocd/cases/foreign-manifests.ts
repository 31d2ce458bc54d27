import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createApplication } from '../applications.ts'
import { externalSecret, fakeStore, yamlOf } from '../manifests.ts'
import type { World } from '../world.ts'

const CONFIG_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {colour: blue}\n'

const PASSTHROUGH = { 'argocd-external-secrets.io/delivery': 'passthrough' }

/** What the plugin does when no value is asked of it, or none that it may give. */
export function foreignManifests(world: () => World): void {
  test('an application without ExternalSecrets is synced as it is', async () => {
    await world().repository.commit({ 'foreign/settings.yaml': CONFIG_MAP })
    const application = await createApplication(world(), { name: 'foreign', path: 'foreign' })
    await application.isSynced()
    const settings = await world().home.client.call('GET', '/api/v1/namespaces/foreign/configmaps/settings')
    assert.deepEqual(settings['data'], { colour: 'blue' })
  })

  test('an ExternalSecret that is passed through is applied with its store, untouched', async () => {
    const passed = externalSecret({ name: 'passed', annotations: PASSTHROUGH }, { password: ['key'] }, { name: 'store' })
    await world().repository.commit({ 'passed/all.yaml': yamlOf(fakeStore('store', { key: 'value' }), passed) })
    const application = await createApplication(world(), { name: 'passed', path: 'passed' })
    await application.isSynced()
    const { client } = world().home
    const applied = await client.call('GET', '/apis/external-secrets.io/v1/namespaces/passed/externalsecrets/passed')
    assert.deepEqual(applied['spec'], (passed as { readonly spec: object }).spec)
    assert.ok(await client.find('/apis/external-secrets.io/v1/namespaces/passed/secretstores/store'))
    assert.equal(await client.find('/api/v1/namespaces/passed/secrets/passed'), undefined)
  })

  test('a store of Git that no rule allows is refused by file, object and remedy, and without a value', async () => {
    const canary = 'canary-of-a-refused-store'
    const wanted = externalSecret({ name: 'wanted' }, { password: ['key'] }, { name: 'store' })
    await world().repository.commit({ 'refused/all.yaml': yamlOf(fakeStore('store', { key: canary }), wanted) })
    const application = await createApplication(world(), { name: 'refused', path: 'refused' })
    const message = await application.condition('ComparisonError')
    assert.match(message, /all\.yaml:\d+/)
    assert.match(message, /SecretStore refused\/store/)
    assert.match(message, /ExternalSecret wanted/)
    assert.match(message, /tenancy policy/)
    assert.match(message, /-> .*administrator.*provider: fake/)
    assert.ok(!message.includes(canary))
    assert.ok(!(await world().logs()).includes(canary))
  })
}
