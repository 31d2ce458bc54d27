import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ExternalSecretObject } from '../../plugin/controller/external-secrets/external-secret-object.ts'
import type { SecretObject } from '../../plugin/controller/external-secrets/secret-object.ts'
import { CLUSTER_SECRET_STORES, EXTERNAL_SECRETS, SECRET_STORES } from '../../plugin/controller/resources.ts'
import { NAMESPACES, SECRETS } from '../../plugin/kube/core-resources.ts'
import type { KubeObject } from '../../plugin/kube/kube-object.ts'
import { startController } from '../support/controller-process.ts'
import { putSecret, startRemote } from '../support/emulators/kube/remote-secrets.ts'
import { startKubeEmulator } from '../support/emulators/kube/start-kube-emulator.ts'
import { startWebhookEmulator } from '../support/emulators/webhook/webhook-emulator.ts'
import { eventually } from '../support/eventually.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

interface StoreOf {
  readonly provider: object
  /** Of the Secret `login`. */
  readonly login: Readonly<Record<string, string>>
  readonly labels?: Readonly<Record<string, string>>
}

/** A cluster with a store and an ExternalSecret of it, which the controller reconciles. */
async function reconciled({ provider, login, labels = {} }: StoreOf, remoteRef: object) {
  const emulator = await startKubeEmulator({ resources: [EXTERNAL_SECRETS, SECRET_STORES, CLUSTER_SECRET_STORES] })
  emulator.put(NAMESPACES, { metadata: { name: 'shop' } })
  const data = Object.fromEntries(Object.entries(login).map(([key, text]) => [key, base64(text)]))
  const credentials: KubeObject & { readonly data: unknown } = { metadata: { namespace: 'shop', name: 'login', labels }, data }
  emulator.put(SECRETS, credentials)
  const store: KubeObject & { readonly spec: unknown } = {
    metadata: { namespace: 'shop', name: 'store' },
    spec: { provider },
  }
  emulator.put(SECRET_STORES, store)
  const wanted: KubeObject & { readonly spec: unknown } = {
    metadata: { namespace: 'shop', name: 'app' },
    spec: { secretStoreRef: { name: 'store' }, refreshInterval: '1h', data: [{ secretKey: 'password', remoteRef }] },
  }
  emulator.put(EXTERNAL_SECRETS, wanted)
  const controller = await startController('external-secrets', emulator.kubeconfig)
  const key = { namespace: 'shop', name: 'app' }
  return {
    log: () => controller.log(),
    password: () => {
      const secret: SecretObject | undefined = emulator.get(SECRETS, key)
      return secret?.data?.['password']
    },
    said: () => {
      const object: ExternalSecretObject | undefined = emulator.get(EXTERNAL_SECRETS, key)
      return object?.status?.conditions?.[0]
    },
    async [Symbol.asyncDispose]() {
      await controller[Symbol.asyncDispose]()
      await emulator.close()
    },
  }
}

for (const isLabelled of [true, false]) {
  test(`the controller ${isLabelled ? 'reads a webhook' : 'sends no Secret to a webhook whose owner has not labelled it'}`, async () => {
    const webhook = await startWebhookEmulator()
    webhook.put('db', Buffer.from('{"password":"pw"}'))
    try {
      await using cluster = await reconciled(
        {
          provider: {
            webhook: {
              url: `${webhook.url}/text/{{ .remoteRef.key }}`,
              headers: { Authorization: '{{ .login.token }}' },
              secrets: [{ name: 'login', secretRef: { name: 'login' } }],
              result: { jsonPath: '$.{{ .remoteRef.property }}' },
            },
          },
          login: { token: webhook.authorization },
          ...(isLabelled && { labels: { 'external-secrets.io/type': 'webhook' } }),
        },
        { key: 'db', property: 'password' },
      )
      await eventually(
        () => (cluster.said()?.status === (isLabelled ? 'True' : 'False') ? true : undefined),
        () => cluster.log(),
      )
      assert.equal(cluster.password(), isLabelled ? base64('pw') : undefined)
      assert.equal(webhook.control.calls > 0, isLabelled)
    } finally {
      await webhook.close()
    }
  })
}

test('the controller reads the Secrets of another cluster', async () => {
  const { kube, token } = await startRemote()
  putSecret(kube, 'db', { data: { 'config.json': '{"password":"pw"}', config: '{"password":"inner"}' } })
  try {
    await using cluster = await reconciled(
      {
        provider: {
          kubernetes: {
            server: { url: kube.url },
            auth: { token: { bearerToken: { name: 'login', key: 'token' } } },
            remoteNamespace: 'remote',
          },
        },
        login: { token },
      },
      { key: 'db', property: 'config.password' },
    )
    await eventually(
      () => (cluster.password() === base64('inner') ? true : undefined),
      () => `${JSON.stringify(cluster.said())} ${cluster.log()}`,
    )
  } finally {
    await kube.close()
  }
})
