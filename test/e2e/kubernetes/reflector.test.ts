import assert from 'node:assert/strict'
import { env } from 'node:process'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { CONFIG_MAPS } from '../../../plugin/kube/core-resources.ts'
import type { KubeObject } from '../../../plugin/kube/kube-object.ts'
import { systemRandom } from '../../../plugin/model/random.ts'
import { kubeClient } from '../servers/kube-client.ts'
import { waitUntil } from '../tools/wait-until.ts'
import { type Followed, NAMESPACE, type ReflectorScene, startReflectorScene } from './reflector-scene.ts'
import { keepWriting, type Written } from './reflector-writer.ts'

/** How long the API server stands still; a development run may make it shorter. */
const STOP_SECONDS = Number(env['E2E_STOP_SECONDS'] ?? 60)
const TROUBLE_MS = 6_000

let scene: ReflectorScene

before(async () => {
  scene = await startReflectorScene()
})
after(async () => await scene.stop())

/** Changes go on from before `trouble` until after it. */
async function whileWriting(trouble: () => Promise<void>): Promise<Written> {
  const stop = new AbortController()
  const { written, stopped } = keepWriting(scene.admin, NAMESPACE, systemRandom, stop.signal)
  const more = async (): Promise<void> => {
    const before = written.versions.length
    await waitUntil('more is written', async () => written.versions.length >= before + 12)
  }
  try {
    await more()
    await trouble()
    await more()
  } finally {
    stop.abort()
    await stopped
  }
  return written
}

/** Nothing but the watch was needed, and it told every single change. */
function toldEach({ effects, lists }: Followed, { versions, deletes, unsure }: Written): void {
  assert.equal(lists(), 1)
  const missed = versions.filter((version) => !effects.told.has(version))
  assert.deepEqual(missed, [])
  if (unsure === 0) assert.equal(effects.deletes, deletes)
}

describe('a reflector of a real API server', () => {
  test('tells every change once when connections are cut at any byte', async () => {
    const followed = await scene.follow()
    const written = await whileWriting(async () => {
      for (const until = performance.now() + TROUBLE_MS; performance.now() < until; await sleep(300)) {
        scene.relay.impede({ cutAfterBytes: Math.floor(4_000 + systemRandom.fraction() * 30_000) })
      }
      scene.relay.impede()
    })
    await followed.end()
    toldEach(followed, written)
  })

  test('tells every change once over a way that is slower than the changes', async () => {
    const followed = await scene.follow()
    const written = await whileWriting(async () => {
      scene.relay.impede({ bytesPerSecond: 20_000 })
      await sleep(TROUBLE_MS)
      scene.relay.impede()
    })
    await followed.end()
    toldEach(followed, written)
  })

  test('tells every change once when its connection is half open', async () => {
    const followed = await scene.follow()
    const written = await whileWriting(async () => {
      scene.relay.freeze()
      await sleep(2_000)
    })
    await followed.end()
    toldEach(followed, written)
  })

  test('is refused by 429, waits and goes on without a list', async () => {
    const followed = await scene.follow()
    const written = await whileWriting(async () => {
      const pardon = await banish('reflector')
      try {
        await waitUntil('the API server answers 429', async () => {
          scene.relay.lead([scene.apiAddress])
          await sleep(1_000)
          return followed.reasons.has('TooManyRequests')
        })
      } finally {
        await pardon()
      }
    })
    await followed.end()
    toldEach(followed, written)
  })

  test(`has the right state after the API server stood still for ${STOP_SECONDS} s`, async () => {
    const followed = await scene.follow()
    await whileWriting(async () => {
      scene.api.signal('SIGSTOP')
      await sleep(STOP_SECONDS * 1_000)
      scene.api.signal('SIGCONT')
      await scene.api.client.find('/readyz').catch(() => undefined)
      await sleep(2_000)
    })
    await followed.end()
  })

  test('has the right state after the API server was killed and came back', async () => {
    const followed = await scene.follow()
    await whileWriting(() => scene.api.restart())
    await followed.end()
  })

  test('lists anew when etcd forgot what it had seen, and tells what it could not watch', async () => {
    const followed = await scene.follow()
    await leaveBehind(() => scene.api.restart())
    await followed.end()
    assert.ok(followed.reasons.has('Expired'), [...followed.reasons].join(', '))
    assert.ok(followed.effects.lost > 0)
  })

  test('lists anew when the watch begins and says 410 in its stream', async () => {
    const uncached = await scene.withoutWatchCache()
    const uncachedAddress = new URL(uncached.url).host
    scene.relay.lead([uncachedAddress])
    const followed = await scene.follow(uncached)
    await leaveBehind(async () => {
      const path = `/api/v1/namespaces/${NAMESPACE}/configmaps?watch=1&resourceVersion=1&timeoutSeconds=5`
      const event = await uncached.client.call('GET', path)
      assert.deepEqual([event['type'], (event['object'] as { code?: number }).code], ['ERROR', 410])
    }, uncachedAddress)
    await followed.end()
    scene.relay.lead([scene.apiAddress])
    assert.ok(followed.reasons.has('Expired'), [...followed.reasons].join(', '))
    assert.ok(followed.effects.lost > 0)
  })
})

/** While the reflector is cut off much changes, one object is another one of the same name, and etcd forgets how it came to that. */
async function leaveBehind(meanwhile: () => Promise<void>, address = scene.apiAddress): Promise<void> {
  const key = { name: `other-${address.replace(':', '-')}`, namespace: NAMESPACE }
  await scene.admin.create<KubeObject>(CONFIG_MAPS, { metadata: key })
  await sleep(500)
  scene.relay.lead([])
  await whileWriting(async () => {
    await scene.admin.delete(CONFIG_MAPS, key)
    await sleep(1_000)
  })
  const again = await scene.admin.create<KubeObject>(CONFIG_MAPS, { metadata: key })
  await scene.etcd.compact(Number(again.metadata.resourceVersion))
  await meanwhile()
  scene.relay.lead([address])
}

/**
 * Gives a service account no share of the API server (API priority and fairness), which means one request at a time, and makes many for it:
 * most are refused by 429, until what is returned is called.
 */
async function banish(account: string): Promise<() => Promise<void>> {
  const root = '/apis/flowcontrol.apiserver.k8s.io/v1'
  const { client } = scene.api
  const everything = { verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'] }
  await client.call('POST', `${root}/prioritylevelconfigurations`, {
    metadata: { name: 'banished' },
    spec: { type: 'Limited', limited: { nominalConcurrencyShares: 0, lendablePercent: 0, limitResponse: { type: 'Reject' } } },
  })
  await client.call('POST', `${root}/flowschemas`, {
    metadata: { name: 'banished' },
    spec: {
      matchingPrecedence: 10,
      priorityLevelConfiguration: { name: 'banished' },
      rules: [
        {
          subjects: [{ kind: 'ServiceAccount', serviceAccount: { name: account, namespace: NAMESPACE } }],
          resourceRules: [everything],
        },
      ],
    },
  })
  const crowd = kubeClient(scene.api.url, { ca: scene.api.ca, token: scene.accountToken })
  const over = new AbortController()
  const crowding = Array.from({ length: 8 }, async () => {
    while (!over.signal.aborted) await crowd.find(`/api/v1/namespaces/${NAMESPACE}/configmaps`).catch(() => {})
  })
  return async () => {
    over.abort()
    await Promise.all(crowding)
    crowd.close()
    await client.call('DELETE', `${root}/flowschemas/banished`)
  }
}
