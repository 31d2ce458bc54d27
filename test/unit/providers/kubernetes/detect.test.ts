import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Subscriber } from '../../../contract/change-subscription.contract.ts'
import { disturbedKube } from '../../../support/emulators/kube/disturbed-kube.ts'
import { putSecret, startRemote } from '../../../support/emulators/kube/remote-secrets.ts'
import { detectKubernetes, openKubernetes } from './open-kubernetes.ts'

async function world() {
  const { kube, token } = await startRemote()
  const way = await disturbedKube(kube, token)
  const spec = {
    server: { url: way.url },
    auth: { token: { bearerToken: { name: 'login', key: 'token' } } },
    remoteNamespace: 'remote',
  }
  const around = { secrets: { 'login/token': token }, retry: { maxRetries: 0 } }
  return {
    kube,
    way,
    spec,
    around,
    async [Symbol.asyncDispose]() {
      await way.close()
      await kube.close()
    },
  }
}

const signal = (): AbortSignal => AbortSignal.timeout(30_000)

test('who may not list is asked for Secrets one by one, and the listing is not tried again', async () => {
  await using cluster = await world()
  const { kube, way, spec, around } = cluster
  for (const name of ['a', 'b']) putSecret(kube, name, { data: { k: name } })
  const detector = await detectKubernetes(spec, around)
  way.control.inject('denied')
  const queries = ['a', 'b', 'none'].map((key) => ({ key }))
  const states = async () => (await detector.versions(queries, signal())).map(({ state }) => state)
  assert.deepEqual(await states(), ['version', 'version', 'absent'])
  assert.equal(way.control.calls, 4)
  assert.deepEqual(await states(), ['version', 'version', 'absent'])
  assert.equal(way.control.calls, 7)
  await detector.close()
})

test('a detector has only metadata sent to it', async () => {
  await using cluster = await world()
  const { kube, way, spec, around } = cluster
  putSecret(kube, 'a', { data: { k: 'canary-hunter2' } })
  putSecret(kube, 'b', { data: { k: 'canary-hunter2' } })
  const detector = await detectKubernetes(spec, around)
  for (const keys of [['a'], ['a', 'b']]) {
    const outcomes = await detector.versions(
      keys.map((key) => ({ key })),
      signal(),
    )
    assert.ok(outcomes.every(({ state }) => state === 'version'))
  }
  const subscriber = new Subscriber(detector)
  await subscriber.hears('a')
  putSecret(kube, 'a', { data: { k: 'canary-hunter2' }, labels: { changed: 'yes' } })
  await subscriber.hears('a')
  await subscriber.stop()
  assert.equal(way.sent().includes(Buffer.from('canary-hunter2').toString('base64')), false)
  const reader = await openKubernetes(spec, around)
  await reader.list?.({ id: 's', tags: new Map(), matchesName: () => true }, signal())
  assert.equal(way.sent().includes(Buffer.from('canary-hunter2').toString('base64')), false)
  await reader.fetch([{ key: 'a', part: 'value' }], signal())
  assert.equal(way.sent().includes(Buffer.from('canary-hunter2').toString('base64')), true, 'a read does have it')
  await Promise.all([detector.close(), reader.close()])
})

test('credentials that the server does not know any more are read anew for the next question, and few questions find it out', async () => {
  await using cluster = await world()
  const { kube, way, spec, around } = cluster
  const names = Array.from({ length: 300 }, (_, number) => `secret-${number}`)
  for (const name of names) putSecret(kube, name, { data: { k: name } })
  const { 'login/token': token } = around.secrets
  const secrets = { 'login/token': 'of-nobody' }
  const detector = await detectKubernetes(spec, { ...around, secrets })
  const ask = () =>
    detector.versions(
      names.map((key) => ({ key })),
      signal(),
    )
  for (let round = 0; round < 2; round++) {
    way.control.reset()
    await assert.rejects(ask(), { kind: 'AccessDenied' })
    assert.equal(way.control.calls, 1)
  }
  secrets['login/token'] = token
  assert.ok((await ask()).every(({ state }) => state === 'version'))
  // Asked one by one it is no different.
  secrets['login/token'] = 'of-nobody'
  const single = await detectKubernetes(spec, { ...around, secrets })
  way.control.reset()
  way.control.inject('denied')
  const outcomes = await single.versions(
    names.map((key) => ({ key })),
    signal(),
  )
  await single.close()
  assert.deepEqual(new Set(outcomes.map(({ state }) => state)), new Set(['failed']))
  assert.ok(way.control.calls <= 33, `${way.control.calls} calls`)
  await detector.close()
})
