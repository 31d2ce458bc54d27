import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type LeadApplicationsTools, leadApplications } from '../../../../plugin/cli/controller/lead-applications.ts'
import { DEFAULT_GATE } from '../../../../plugin/controller/applications/health-gate.ts'
import { noPauses } from '../../../../plugin/controller/applications/pause-switch.ts'
import { SubscriptionPlaces } from '../../../../plugin/controller/detection/subscription-places.ts'
import { type Logger, silentLogger } from '../../../../plugin/model/logger.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { applicationsMetrics } from '../../../../plugin/observability/applications-metrics.ts'
import { startKubeEmulator } from '../../../support/emulators/kube/start-kube-emulator.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { VirtualClock } from '../../../support/virtual-clock.ts'
import { MemoryArgo } from '../../controller/applications/memory-argo.ts'
import { NO_GAUGES } from '../../controller/applications/no-gauges.ts'

interface Scene {
  readonly clock: VirtualClock
  readonly stop: AbortController
  readonly tools: LeadApplicationsTools
}

async function scene(t: TestContext, changes: Partial<LeadApplicationsTools>, logger: Logger = silentLogger): Promise<Scene> {
  const emulator = await startKubeEmulator({ namespaces: ['argocd'] })
  t.after(() => emulator.close())
  const clock = new VirtualClock()
  const controller: LeadApplicationsTools['controller'] = {
    policy: { sync: 'never', hooks: false },
    rate: { perSecond: 10, burst: 10 },
    slots: { all: 10, perStore: 10, perProject: 10 },
    gate: DEFAULT_GATE,
    jitterMs: 0,
    pauses: () => noPauses,
    clock,
    random: seededRandom('leading'),
    logger,
    metrics: applicationsMetrics(NO_GAUGES),
    argoNamespace: 'argocd',
    tell: () => undefined,
    detectMs: 60_000,
    leastIntervalMs: 600_000,
  }
  const tools: LeadApplicationsTools = {
    client: emulator.localClient({ clock }),
    namespace: 'argocd',
    controller,
    applications: () => new MemoryArgo(clock),
    stores: async () => ({ watched: new Map(), digest: '' }),
    onLeader: () => undefined,
    relay: { lead: async () => undefined },
    quotas: new Map(),
    places: new SubscriptionPlaces(0),
    ...changes,
  }
  return { clock, stop: new AbortController(), tools }
}

test('Applications are refreshed with the client that writes for the leader alone', async (t) => {
  const given: unknown[] = []
  const isLeading: boolean[] = []
  const { clock, stop, tools } = await scene(t, {
    applications(writer) {
      given.push(writer)
      return new MemoryArgo(clock)
    },
    onLeader: (leader) => {
      isLeading.push(leader !== undefined)
      if (leader) stop.abort()
    },
  })
  const leading = leadApplications(tools, stop.signal)
  await clock.run(10_000)
  await leading
  assert.deepEqual(isLeading, [true, false])
  assert.equal(given.length, 1)
  assert.equal(given[0], tools.client)
})

test('who cannot lead says why, and what to do', async (t) => {
  const said: unknown[] = []
  const logger: Logger = { info: () => undefined, warn: (message, fields) => said.push({ message, ...fields }) }
  const stores = async (): Promise<never> => {
    throw new SecretError('InvalidSpec', 'the policy has no rules', { remedy: 'write them' })
  }
  const { clock, stop, tools } = await scene(t, { stores }, logger)
  const leading = leadApplications(tools, stop.signal)
  await clock.run(1_000)
  stop.abort()
  await clock.run(0)
  await leading
  const [message, failure] = ['leading failed, and begins anew', 'the policy has no rules']
  assert.deepEqual(said, [{ message, kind: 'InvalidSpec', failure, remedy: 'write them' }])
})
