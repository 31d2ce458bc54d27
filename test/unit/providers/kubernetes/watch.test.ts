import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { SECRETS } from '../../../../plugin/kube/core-resources.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import type { ChangeDetector } from '../../../../plugin/providers/change-detector.ts'
import { changeSubscriptionContract, Subscriber } from '../../../contract/change-subscription.contract.ts'
import { putSecret, startRemote } from '../../../support/emulators/kube/remote-secrets.ts'
import { type KubeEmulator, startKubeEmulator } from '../../../support/emulators/kube/start-kube-emulator.ts'
import { eventually } from '../../../support/eventually.ts'
import { VirtualClock } from '../../../support/virtual-clock.ts'
import { detectKubernetes, type Surroundings } from './open-kubernetes.ts'

const CANARY = 'canary-hunter2'

function detectorOf(kube: KubeEmulator, token: string, around: Surroundings = {}): Promise<ChangeDetector> {
  const spec = {
    server: { url: kube.url },
    auth: { token: { bearerToken: { name: 'login', key: 'token' } } },
    remoteNamespace: 'remote',
  }
  return detectKubernetes(spec, { secrets: { 'login/token': token }, ...around })
}

changeSubscriptionContract('kubernetes, emulator', async () => {
  const { kube, token } = await startRemote()
  return {
    put: async (key, text) => putSecret(kube, key, { data: { text } }),
    remove: async (name) => kube.remove(SECRETS, { namespace: 'remote', name }),
    async detect(identity) {
      if (identity === 'blind') kube.inject({ status: 403 }, { verb: 'watch', resource: 'secrets', namespace: 'remote' })
      return detectorOf(kube, identity === 'refused' ? 'of-nobody' : token)
    },
    cut: () => kube.cutWatches(),
    calls: () => kube.audit().length,
    close: () => kube.close(),
  }
})

describe('a watch of another namespace', () => {
  let kube: KubeEmulator
  let token: string
  let detector: ChangeDetector
  let subscriber: Subscriber

  const verbs = (): readonly string[] => kube.audit().map(({ verb }) => verb)
  const lives = async (around: Surroundings = {}): Promise<void> => {
    detector = await detectorOf(kube, token, around)
    subscriber = new Subscriber(detector)
    await subscriber.lives()
    await isOpen()
  }
  const isOpen = (): Promise<true> => eventually(() => (kube.watches() === 1 ? true : undefined))
  const stateOf = async (key: string): Promise<string | undefined> =>
    (await detector.versions([{ key }], AbortSignal.timeout(30_000)))[0]?.state

  beforeEach(async () => {
    ;({ kube, token } = await startRemote())
    putSecret(kube, 'db', { data: { password: CANARY } })
    putSecret(kube, 'other', { data: { password: CANARY } })
  })
  afterEach(async () => {
    await subscriber.stop()
    await detector.close()
    await kube.close()
  })

  test('is one list and one watch, however often versions are asked for', async () => {
    await lives()
    for (let round = 0; round < 10; round++)
      await detector.versions([{ key: 'db' }, { key: 'other' }, { key: 'none' }], AbortSignal.timeout(30_000))
    assert.deepEqual(verbs(), ['list', 'watch'])
    assert.equal(kube.watches(), 1)
  })

  test('lists again when its version is forgotten in mid-stream, and misses nothing', async () => {
    await lives()
    await subscriber.hears('db')
    kube.expireWatches()
    putSecret(kube, 'db', { data: { password: 'two' } })
    await subscriber.hears('db')
    await isOpen()
    assert.deepEqual(verbs(), ['list', 'watch', 'list', 'watch'])
  })

  test('lists again when its version is forgotten between two connections, and misses nothing that went', async () => {
    await lives()
    await subscriber.hears('other')
    kube.cutWatches()
    kube.remove(SECRETS, { namespace: 'remote', name: 'other' })
    kube.compact()
    await subscriber.hears('other')
    await subscriber.lives()
    assert.equal(await stateOf('other'), 'absent')
  })

  test('asks meanwhile when the server is ill, and is live again by itself', async () => {
    await lives()
    kube.inject({ status: 500 }, { verb: 'watch' }, 2)
    kube.cutWatches()
    await subscriber.lives(false)
    kube.forgetAudit()
    assert.equal(await stateOf('db'), 'version')
    assert.ok(verbs().includes('get'))
    await subscriber.lives()
  })

  test('behind which nothing comes is not relied upon, until something does', async () => {
    const clock = new VirtualClock()
    await lives({ clock })
    kube.holdWatches()
    await eventually(async () => {
      await clock.run(130_000)
      return subscriber.isLive ? undefined : true
    })
    assert.equal(await stateOf('db'), 'version')
    assert.ok(verbs().includes('get'))
    putSecret(kube, 'db', { data: { password: 'two' } })
    kube.releaseWatches()
    await subscriber.lives()
    await subscriber.hears('db')
  })

  for (const verb of ['list', 'watch'] as const)
    test(`names the verb ${verb} when that right is missing`, async () => {
      kube.inject({ status: 403 }, { verb, resource: 'secrets' })
      detector = await detectorOf(kube, token)
      subscriber = new Subscriber(detector)
      const refusal = await subscriber.ended
      assert.ok(refusal instanceof SecretError)
      assert.equal(refusal.message, `the API server does not allow to ${verb} Secrets of namespace "remote"`)
      assert.match(refusal.remedy ?? '', /a Role in namespace remote: .*resources: \[secrets\], verbs: \[list, watch\]/)
      assert.equal(kube.watches(), 0)
      assert.equal(await stateOf('db'), 'version')
    })

  test('takes the credentials as they are then with every connection', async () => {
    const secrets = { 'login/token': 'rotated-away' }
    detector = await detectorOf(kube, token, { secrets })
    assert.equal(((await new Subscriber(detector).ended) as SecretError).kind, 'AccessDenied')
    secrets['login/token'] = token
    subscriber = new Subscriber(detector)
    await subscriber.lives()
    await isOpen()
    secrets['login/token'] = 'rotated-away-again'
    kube.endWatches()
    const refusal = await subscriber.ended
    assert.ok(refusal instanceof SecretError && refusal.kind === 'AccessDenied')
    assert.equal(kube.watches(), 0)
  })

  test('of a server that nobody trusts is given up, and says why', async () => {
    await kube.close()
    kube = await startKubeEmulator({ scheme: 'https' })
    detector = await detectorOf(kube, token)
    subscriber = new Subscriber(detector)
    const refusal = await subscriber.ended
    assert.ok(refusal instanceof SecretError)
    assert.match(refusal.message, /the TLS connection to .* failed/)
  })
})
