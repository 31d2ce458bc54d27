import assert from 'node:assert/strict'
import { test } from 'node:test'
import { agreeOnShards } from '../../../../plugin/controller/external-secrets/shard-agreement.ts'
import { CONFIG_MAPS } from '../../../../plugin/kube/core-resources.ts'
import type { KubeObject } from '../../../../plugin/kube/kube-object.ts'
import { systemClock } from '../../../../plugin/model/clock.ts'
import { startKubeEmulator } from '../../../support/emulators/kube/start-kube-emulator.ts'

const MAP = { namespace: 'shop', name: 'controller-shards' }
const signal = new AbortController().signal

test('the first of several at once says how many shards there are; who counts otherwise is refused and told what to do', async (t) => {
  const emulator = await startKubeEmulator({ namespaces: ['shop'] })
  t.after(() => emulator.close())
  const client = emulator.localClient({ clock: systemClock })
  const counts = [2, 2, 3, 2]
  const outcomes = await Promise.allSettled(counts.map((count) => agreeOnShards(client, MAP, count, signal)))
  const map: (KubeObject & { readonly data?: Readonly<Record<string, string>> }) | undefined = emulator.get(CONFIG_MAPS, MAP)
  const agreed = Number(map?.data?.['shards'])
  assert.deepEqual(
    outcomes.map(({ status }) => status === 'fulfilled'),
    counts.map((count) => count === agreed),
  )
  await agreeOnShards(client, MAP, agreed, signal)
  await assert.rejects(agreeOnShards(client, MAP, 5, signal), {
    kind: 'Conflict',
    message: `--shards 5: the ConfigMap shop/controller-shards says "${agreed}"`,
    remedy: /--replicas=0\), delete that ConfigMap, and start them with --shards 5$/,
  })
  emulator.remove(CONFIG_MAPS, MAP)
  await agreeOnShards(client, MAP, 5, signal)
})
