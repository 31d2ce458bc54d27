import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StoreDetection } from '../../../../plugin/controller/detection/detection-schedule.ts'
import type { Outcome as NextPass } from '../../../../plugin/controller/queue/pass.ts'
import { CLUSTER_SECRET_STORES, SECRET_STORES } from '../../../../plugin/controller/resources.ts'
import { ClusterObjectReads } from '../../../../plugin/controller/stores/cluster-objects.ts'
import { reconcileStore } from '../../../../plugin/controller/stores/reconcile-store.ts'
import type { StoreKubeObject } from '../../../../plugin/controller/stores/store-kube-object.ts'
import { SECRETS } from '../../../../plugin/kube/core-resources.ts'
import type { KubeObject } from '../../../../plugin/kube/kube-object.ts'
import { silentLogger } from '../../../../plugin/model/logger.ts'
import { systemRandom } from '../../../../plugin/model/random.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { providers } from '../../../../plugin/providers/registry.ts'
import { freshStores, type StoreOpener } from '../../../../plugin/stores/open-store.ts'
import type { AccessAnswers } from '../../../support/emulators/kube/access-reviews.ts'
import { putSecret } from '../../../support/emulators/kube/remote-secrets.ts'
import { type KubeEmulator, startKubeEmulator } from '../../../support/emulators/kube/start-kube-emulator.ts'
import { startVaultEmulator } from '../../../support/emulators/vault/vault-emulator.ts'
import { FakeClock } from '../../../support/fake-clock.ts'

const REQUEUE_MS = 300_000
const fake = { fake: { data: [] } }
const silent = { reconciled() {}, failed() {}, conditions() {}, deleted() {} }

async function setUp(given: StoreKubeObject, opener?: StoreOpener, detections: readonly StoreDetection[] = [], lookMs = 20_000) {
  const clock = new FakeClock()
  const emulator = await startKubeEmulator({ resources: [SECRET_STORES, CLUSTER_SECRET_STORES], now: clock.now })
  const client = emulator.localClient({ clock })
  const events: string[] = []
  const resource = given.metadata.namespace === undefined ? CLUSTER_SECRET_STORES : SECRET_STORES
  emulator.put(resource, given)
  const store = (): StoreKubeObject => emulator.get(resource, given.metadata) ?? assert.fail()
  const tools = { environment: new Map<string, string>(), clock, random: systemRandom, logger: silentLogger }
  const objects = new ClusterObjectReads(client, clock, 30_000)
  const reconcile = (): Promise<NextPass> =>
    reconcileStore(
      store(),
      {
        client,
        providers,
        opener: opener ?? freshStores(providers, { ...tools, callTimeoutMs: 1_000, concurrency: 1 }),
        objects,
        events: { record: (_about, { type, reason, message }) => events.push(`${type} ${reason} ${message}`) },
        metrics: { SecretStore: silent, ClusterSecretStore: silent },
        logger: silentLogger,
        clock,
        controllerClass: 'default',
        requeueMs: REQUEUE_MS,
        lookMs,
        detections: () => detections,
        wrote: () => undefined,
      },
      new AbortController().signal,
    )
  const ready = (): readonly (string | undefined)[] => {
    const { conditions, capabilities } = store().status ?? {}
    const found = conditions?.find(({ type }) => type === 'Ready')
    return [found?.status, found?.reason, found?.message, capabilities]
  }
  return { emulator, clock, events, store, reconcile, ready, [Symbol.asyncDispose]: () => emulator.close() }
}

/** Events of maintenance have a test of their own. */
const quiet = { 'external-secrets.io/ignore-maintenance-checks': '' }
const own = (spec: unknown): StoreKubeObject => ({ metadata: { namespace: 'shop', name: 'demo', annotations: quiet }, spec })

test('a store that can be opened is valid, is told so each time, and its status is written once', async () => {
  await using world = await setUp(own({ provider: fake }))
  assert.deepEqual(await world.reconcile(), { next: 'after', ms: REQUEUE_MS })
  const { conditions, capabilities } = world.store().status ?? {}
  const [ready] = conditions ?? []
  assert.deepEqual([ready?.status, ready?.reason, ready?.message, capabilities], ['True', 'Valid', 'store validated', 'ReadOnly'])
  const version = world.store().metadata.resourceVersion
  await world.reconcile()
  assert.equal(world.store().metadata.resourceVersion, version)
  assert.deepEqual(world.events, ['Normal Valid store validated', 'Normal Valid store validated'])
})

test('a store whose provider is not maintained is told so, unless its annotation says that nobody wants to hear it', async () => {
  for (const [annotations, told] of [
    [{}, ['Normal Valid', 'Warning StoreUnmaintained']],
    [quiet, ['Normal Valid']],
  ] as const) {
    await using world = await setUp({ metadata: { namespace: 'shop', name: 'demo', annotations }, spec: { provider: fake } })
    await world.reconcile()
    assert.deepEqual(
      world.events.map((event) => event.split(' ', 2).join(' ')),
      told,
    )
  }
})

test('a store that cannot be opened says so without the detail, which is in its event', async () => {
  const opener: StoreOpener = {
    async open() {
      throw new SecretError('AccessDenied', 'the token is refused')
    },
  }
  await using world = await setUp(own({ provider: fake }), opener)
  assert.equal((await world.reconcile()).next, 'retry')
  assert.deepEqual(world.ready(), ['False', 'InvalidProviderConfig', 'unable to create client', undefined])
  assert.deepEqual(world.events, ['Warning InvalidProviderConfig unable to create client: the token is refused'])
})

interface Look {
  readonly given: (remote: KubeEmulator) => { readonly provider: object; readonly kubeconfig: string }
  readonly next: NextPass
  /** Status, reason and message of Ready, and the capabilities. */
  readonly ready: readonly (string | undefined)[]
  readonly event: RegExp
}

const atInterval: NextPass = { next: 'after', ms: REQUEUE_MS }
const valid: Omit<Look, 'given'> = {
  next: atInterval,
  ready: ['True', 'Valid', 'store validated', 'ReadOnly'],
  event: /^Normal Valid store validated$/,
}
const unknown: Omit<Look, 'given' | 'event'> = {
  next: atInterval,
  ready: ['True', 'ValidationUnknown', 'could not determine validation status', undefined],
}
const failed: Omit<Look, 'given' | 'event'> = {
  next: { next: 'retry' },
  ready: ['False', 'InvalidProviderConfig', 'unable to validate store', undefined],
}
const getSecrets = { verbs: ['get'], apiGroups: [''], resources: ['secrets'] }

/** A store of Secrets in the namespace `away` of another cluster, whose reviews answer so. */
function remoteStore(answers: AccessAnswers, { token, server }: { token?: string; server?: string } = {}): Look['given'] {
  return (remote) => {
    remote.answerReviews(answers)
    const kubeconfig = remote.kubeconfig
      .replace(/"token":"[^"]+"/, (own) => (token === undefined ? own : `"token":"${token}"`))
      .replace(/"server":"[^"]+"/, (own) => (server === undefined ? own : `"server":"${server}"`))
    return { provider: { kubernetes: { remoteNamespace: 'away', authRef: { name: 'remote', key: 'config' } } }, kubeconfig }
  }
}

const fakeStore = (validationResult: number): Look['given'] => {
  return () => ({ provider: { fake: { data: [], validationResult } }, kubeconfig: '' })
}

const looks: Readonly<Record<string, Look>> = {
  'that says of itself that it is ready': { ...valid, given: fakeStore(0) },
  'that says of itself that nobody can tell': {
    ...unknown,
    given: fakeStore(1),
    event: /^Warning ValidationUnknown spec\.provider\.fake\.validationResult: /,
  },
  'that says of itself that it is broken': {
    ...failed,
    given: fakeStore(2),
    event: /^Warning InvalidProviderConfig unable to validate store: spec\.provider\.fake\.validationResult: /,
  },
  'whose login may get Secrets': { ...valid, given: remoteStore({ rules: [getSecrets] }) },
  'whose login may get a Secret by name': {
    ...valid,
    given: remoteStore({ rules: [{ ...getSecrets, resourceNames: ['db'] }] }),
  },
  'whose server cannot list rules, and allows to get Secrets': {
    ...valid,
    given: remoteStore({ rules: [getSecrets], listed: false }),
  },
  'whose login may not get Secrets': {
    ...failed,
    given: remoteStore({ rules: [{ ...getSecrets, verbs: ['list'] }] }),
    event: /unable to validate store: the API server does not allow to get Secrets of namespace "away": grant it by a Role/,
  },
  'whose login may not ask what it may do': {
    ...unknown,
    given: remoteStore('forbidden'),
    event: /^Warning ValidationUnknown the API server answered a SelfSubjectRulesReview with status 403/,
  },
  'whose server does not know the login': {
    ...unknown,
    given: remoteStore({ rules: [] }, { token: 'of-nobody' }),
    event: /^Warning ValidationUnknown the API server does not know who asks/,
  },
  'whose server is away': {
    ...unknown,
    given: remoteStore({ rules: [] }, { server: 'http://127.0.0.1:1' }),
    event: /^Warning ValidationUnknown /,
  },
}

for (const [name, { given, next, ready, event }] of Object.entries(looks)) {
  test(`a store ${name} is ${ready[0] === 'True' ? 'Ready' : 'not Ready'}, ${ready[1]}`, async (t) => {
    const remote = await startKubeEmulator({ namespaces: ['away'] })
    t.after(() => remote.close())
    const { provider, kubeconfig } = given(remote)
    await using world = await setUp(own({ provider }))
    putSecret(world.emulator, 'remote', { data: { config: kubeconfig } }, 'shop')
    assert.deepEqual(await world.reconcile(), next)
    assert.deepEqual(world.ready(), ready)
    assert.match(world.events.join('\n'), event)
  })
}

test('a store of Vault whose token Vault does not know is not Ready; one that it knows is', async (t) => {
  const vault = await startVaultEmulator()
  t.after(() => vault.close())
  for (const [token, status, message] of [
    [vault.rootToken, 'True', 'store validated'],
    ['of-nobody', 'False', 'unable to validate store'],
  ] as const) {
    const auth = { tokenSecretRef: { name: 'login', key: 'token' } }
    await using world = await setUp(own({ provider: { vault: { server: vault.url, path: 'secret', auth } } }))
    putSecret(world.emulator, 'login', { data: { token } }, 'shop')
    await world.reconcile()
    assert.deepEqual([world.ready()[0], world.ready()[2]], [status, message])
    assert.doesNotMatch(world.events.join(), /of-nobody/)
  }
})

test('a store of Vault that swallows what it is sent is not Ready once the time of one look is over, however often a call is tried', async (t) => {
  const vault = await startVaultEmulator()
  t.after(() => vault.close())
  vault.control.injectLogin('hang', 10)
  const auth = { tokenSecretRef: { name: 'login', key: 'token' } }
  await using world = await setUp(own({ provider: { vault: { server: vault.url, path: 'secret', auth } } }), undefined, [], 50)
  putSecret(world.emulator, 'login', { data: { token: vault.rootToken } }, 'shop')
  assert.equal((await world.reconcile()).next, 'retry')
  assert.deepEqual(world.ready(), ['False', 'InvalidProviderConfig', 'unable to validate store', undefined])
  assert.match(world.events.join(), /unable to validate store: no answer to be had within 50 ms: check that the provider/)
})

test('a store of a provider that is known alone is checked as validate checks it, and is not implemented', async () => {
  await using wrong = await setUp(own({ provider: { doppler: { auth: { secretRef: {} }, project: 7 } } }))
  await wrong.reconcile()
  assert.match(
    wrong.events[0] ?? '',
    /^Warning InvalidProviderConfig unable to create client: .*spec\.provider\.doppler\.project is a number/,
  )
  const auth = { secretRef: { dopplerToken: { name: 'token', key: 'token' } } }
  await using right = await setUp(own({ provider: { doppler: { auth } } }))
  await right.reconcile()
  assert.match(right.events[0] ?? '', /^Warning InvalidProviderConfig unable to create client: .*known, but not implemented here/)
})

test('a store whose provider makes no sense cannot have a client', async () => {
  await using world = await setUp(own({ provider: { vault: {} } }))
  assert.equal((await world.reconcile()).next, 'retry')
  assert.equal(world.store().status?.conditions?.[0]?.message, 'unable to create client')
})

test('a store that is not ready is validated with the credentials that there are now', async () => {
  const opener: StoreOpener = {
    async open(_store, _namespace, credentials) {
      const token = await credentials.secretKey({ name: 'token', key: 'token' }, 'auth')
      throw new SecretError('AccessDenied', `the ${new TextDecoder().decode(token.reveal())} one is shown`)
    },
  }
  await using world = await setUp(own({ provider: fake }), opener)
  const put = (token: string): void => {
    const secret: KubeObject & { data: unknown } = {
      metadata: { namespace: 'shop', name: 'token' },
      data: { token: Buffer.from(token).toString('base64') },
    }
    world.emulator.put(SECRETS, secret)
  }
  for (const token of ['first', 'second']) {
    put(token)
    world.clock.advance(1_000)
    await world.reconcile()
    assert.match(world.events.at(-1) ?? '', new RegExp(`the ${token} one is shown`))
  }
})

test('a store of another class is left alone', async () => {
  await using world = await setUp(own({ provider: fake, controller: 'other' }))
  assert.deepEqual(await world.reconcile(), { next: 'none' })
  assert.equal(world.store().status, undefined)
})

const intervals = [
  [30, 30_000],
  ['2m', 120_000],
  [0, REQUEUE_MS],
] as const

for (const [refreshInterval, ms] of intervals) {
  test(`a store with refreshInterval ${JSON.stringify(refreshInterval)} is looked at again after ${ms} ms`, async () => {
    await using world = await setUp(own({ provider: fake, refreshInterval }))
    assert.deepEqual(await world.reconcile(), { next: 'after', ms })
  })
}

test('a ClusterSecretStore with the credentials of whoever uses it is valid without being opened', async () => {
  const auth = { tokenSecretRef: { name: 'token', key: 'token' } }
  const vault = { server: 'http://127.0.0.1:1', auth }
  await using world = await setUp({ metadata: { name: 'shared' }, spec: { provider: { vault } } })
  assert.equal((await world.reconcile()).next, 'after')
  assert.equal(world.store().status?.conditions?.[0]?.status, 'True')
})

test('a store whose changes could be told and are not says why, until they are', async () => {
  const detection: { -readonly [Field in keyof StoreDetection]: StoreDetection[Field] } = {
    identity: 'SecretStore shop/demo digest',
    name: 'SecretStore shop/demo',
    provider: 'kubernetes',
    keys: 1,
    unknownKeys: 0,
    pending: 0,
    calls: 0,
    callsPerSecond: 20,
    failures: 0,
    telling: { by: 'asking' },
    lastRoundAtMs: undefined,
    nextRoundAtMs: undefined,
  }
  await using world = await setUp(own({ provider: fake }), undefined, [
    { ...detection, name: 'SecretStore shop/other' },
    detection,
  ])
  const watched = async (telling: StoreDetection['telling']): Promise<string | undefined> => {
    detection.telling = telling
    await world.reconcile()
    const found = world.store().status?.conditions?.find(({ type }) => type === 'Watched')
    return found && `${found.status} ${found.reason ?? ''}: ${found.message ?? ''}`
  }
  assert.equal(await watched({ by: 'asking' }), undefined)
  assert.equal(await watched({ by: 'asking', reason: 'may not watch' }), 'False NotWatched: may not watch')
  assert.equal(await watched({ by: 'asking' }), 'False NotWatched: may not watch', 'nothing else is known')
  assert.equal(await watched({ by: 'subscription' }), undefined)
  assert.equal(world.store().status?.conditions?.[0]?.type, 'Ready')
})
