import { DEFAULT_GATE } from '../../../../plugin/controller/applications/health-gate.ts'
import { noPauses, type Pauses } from '../../../../plugin/controller/applications/pause-switch.ts'
import type { Refreshed, RefreshWish } from '../../../../plugin/controller/applications/refresh-wish.ts'
import { Refresher, type RefresherTools } from '../../../../plugin/controller/applications/refresher.ts'
import { silentLogger } from '../../../../plugin/model/logger.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { VirtualClock } from '../../../support/virtual-clock.ts'
import { MemoryArgo } from './memory-argo.ts'

export const STORE = 'ClusterSecretStore vault'
export const SECRET = { group: '', kind: 'Secret', namespace: 'shop', name: 'database' }
export const DRIFT = { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'app' }

/** A refresher at work on an Argo CD in memory. */
export function startRefresher(changes: Partial<RefresherTools> = {}) {
  const clock = new VirtualClock()
  const argo = new MemoryArgo(clock)
  const ended: Refreshed[] = []
  const held: string[] = []
  const pause: { now: Pauses } = { now: noPauses }
  const refresher = new Refresher({
    applications: argo,
    policy: { sync: 'never', hooks: false },
    rate: { perSecond: 1, burst: 1 },
    slots: { all: 10, perStore: 5, perProject: 5 },
    gate: DEFAULT_GATE,
    jitterMs: 1_000,
    pauses: () => pause.now,
    clock,
    random: seededRandom('refresher'),
    logger: silentLogger,
    onHeld: ({ application }) => held.push(application.name),
    onRefreshed: (one) => ended.push(one),
    ...changes,
  })
  const stopping = new AbortController()
  const running = refresher.run(stopping.signal)
  const stop = async (): Promise<void> => {
    stopping.abort()
    await running
  }
  const outcomes = () => ended.map(({ application, outcome }) => `${application.name}: ${outcome}`)
  return { clock, argo, refresher, ended, held, outcomes, pause, stop }
}

/** As it is after a rotation of one key. */
export function wish(argo: MemoryArgo, name: string, changes: Partial<RefreshWish> = {}): RefreshWish {
  const application = { namespace: 'argocd', name, project: argo.views.get(name)?.project ?? 'team' }
  return {
    application,
    store: STORE,
    key: 'database',
    version: 'v2',
    cause: 'changed',
    noticedAtMs: Date.UTC(2026, 0, 1),
    isHook: false,
    start: undefined,
    ...changes,
  }
}
