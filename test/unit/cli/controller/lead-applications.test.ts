import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LeadApplicationsTools, leadApplications } from '../../../../plugin/cli/controller/lead-applications.ts'
import { DEFAULT_GATE } from '../../../../plugin/controller/applications/health-gate.ts'
import { noPauses } from '../../../../plugin/controller/applications/pause-switch.ts'
import { SubscriptionPlaces } from '../../../../plugin/controller/detection/subscription-places.ts'
import { silentLogger } from '../../../../plugin/model/logger.ts'
import { applicationsMetrics } from '../../../../plugin/observability/applications-metrics.ts'
import { startKubeEmulator } from '../../../support/emulators/kube/start-kube-emulator.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { VirtualClock } from '../../../support/virtual-clock.ts'
import { MemoryArgo } from '../../controller/applications/memory-argo.ts'
import { NO_GAUGES } from '../../controller/applications/no-gauges.ts'

test('Applications are refreshed with the client that writes for the leader alone', async (t) => {
  const emulator = await startKubeEmulator({ namespaces: ['argocd'] })
  t.after(() => emulator.close())
  const clock = new VirtualClock()
  const client = emulator.localClient({ clock })
  const stop = new AbortController()
  const given: unknown[] = []
  const controller: LeadApplicationsTools['controller'] = {
    policy: { sync: 'never', hooks: false },
    rate: { perSecond: 10, burst: 10 },
    slots: { all: 10, perStore: 10, perProject: 10 },
    gate: DEFAULT_GATE,
    jitterMs: 0,
    pauses: () => noPauses,
    clock,
    random: seededRandom('leading'),
    logger: silentLogger,
    metrics: applicationsMetrics(NO_GAUGES),
    argoNamespace: 'argocd',
    tell: () => undefined,
    detectMs: 60_000,
    leastIntervalMs: 600_000,
  }
  const isLeading: boolean[] = []
  const leading = leadApplications(
    {
      client,
      namespace: 'argocd',
      controller,
      applications(writer) {
        given.push(writer)
        return new MemoryArgo(clock)
      },
      stores: async () => ({ watched: new Map(), digest: '' }),
      onLeader: (leader) => {
        isLeading.push(leader !== undefined)
        if (leader) stop.abort()
      },
      queue: { follow: async () => undefined },
      quotas: new Map(),
      places: new SubscriptionPlaces(0),
    },
    stop.signal,
  )
  await clock.run(10_000)
  await leading
  assert.deepEqual(isLeading, [true, false])
  assert.equal(given.length, 1)
  assert.equal(given[0], client)
})
