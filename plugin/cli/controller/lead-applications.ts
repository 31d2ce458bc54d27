import {
  ApplicationsController,
  type ApplicationsControllerTools,
} from '../../controller/applications/applications-controller.ts'
import { IndexStore } from '../../controller/applications/index-store.ts'
import type { CallQuotas } from '../../controller/detection/call-quota.ts'
import { configMapState } from '../../controller/detection/config-map-state.ts'
import { createDetection } from '../../controller/detection/create-detection.ts'
import type { WatchedStore } from '../../controller/detection/detection-schedule.ts'
import type { SubscriptionPlaces } from '../../controller/detection/subscription-places.ts'
import type { KubeClient } from '../../kube/kube-client.ts'
import { isKubeError } from '../../kube/kube-error.ts'
import { failureFields } from '../../model/failure-fields.ts'
import type { LogFields } from '../../model/logger.ts'
import type { RotationsRelay } from './rotations-relay.ts'

export interface LeadApplicationsTools {
  /** Writes for the leader alone. */
  readonly client: KubeClient
  readonly namespace: string
  readonly controller: Omit<ApplicationsControllerTools, 'applications' | 'watchedStores' | 'detection'>
  /** Argo CD's, refreshed by this client where that is done by the API of Kubernetes. */
  readonly applications: (writer: KubeClient) => ApplicationsControllerTools['applications']
  /** The administrator's stores as they are now, and a text that changes with them. */
  readonly stores: () => Promise<{ readonly watched: ReadonlyMap<string, WatchedStore>; readonly digest: string }>
  /** Told who leads from now on; `undefined` when nobody does. */
  readonly onLeader: (leader: ApplicationsController | undefined) => void
  readonly relay: Pick<RotationsRelay, 'lead'>
  readonly quotas: CallQuotas
  readonly places: SubscriptionPlaces
}

const SAVE_MS = 5_000
const STORES_MS = 15_000
const LAST_SAVE_MS = 3_000
const ANEW_MS = 5_000

/** Leads until `signal` is aborted; begins anew, with the same index, when the administrator's stores change. */
export async function leadApplications(tools: LeadApplicationsTools, signal: AbortSignal): Promise<void> {
  const { clock, logger } = tools.controller
  while (!signal.aborted) {
    try {
      await leadOnce(tools, signal)
    } catch (thrown) {
      if (signal.aborted) return
      logger.warn('leading failed, and begins anew', fieldsOf(thrown))
      await clock.sleep(ANEW_MS, signal).catch(() => undefined)
    }
  }
}

/** Until `signal` is aborted or the administrator's stores change. Rejects when the policy or the index cannot be read. */
async function leadOnce(tools: LeadApplicationsTools, signal: AbortSignal): Promise<void> {
  const { watched, digest } = await tools.stores()
  const { quotas, places } = tools
  const { clock, random, logger } = tools.controller
  const state = configMapState({ client: tools.client, namespace: tools.namespace })
  const controller = new ApplicationsController({
    ...tools.controller,
    applications: tools.applications(tools.client),
    watchedStores: watched,
    detection: (onChanges) => createDetection({ clock, random, logger, quotas, places, state, onChanges }),
  })
  const store = new IndexStore({
    client: tools.client,
    namespace: tools.namespace,
    index: controller.index,
    board: controller.board,
    logger,
  })
  await store.load(signal)
  const renewed = new AbortController()
  const ending = AbortSignal.any([signal, renewed.signal])
  tools.onLeader(controller)
  try {
    await Promise.all([
      controller.run(ending),
      tools.relay.lead(0, controller, ending),
      repeat(SAVE_MS, () => save(store, tools, ending), clock, ending),
      repeat(
        STORES_MS,
        async () => {
          if ((await tools.stores().catch(() => ({ digest }))).digest !== digest) renewed.abort()
        },
        clock,
        ending,
      ),
    ])
  } finally {
    renewed.abort()
    tools.onLeader(undefined)
    await save(store, tools, AbortSignal.timeout(LAST_SAVE_MS))
  }
}

/** What another said may quote anything; its kind and reason do not. */
function fieldsOf(thrown: unknown): LogFields {
  if (isKubeError(thrown)) return { kind: 'Kubernetes', failure: `${thrown.status} ${thrown.reason}` }
  return failureFields(thrown)
}

async function save(store: IndexStore, { controller }: LeadApplicationsTools, signal: AbortSignal): Promise<void> {
  try {
    await store.save(signal)
    controller.metrics.persisted('written')
  } catch (thrown) {
    if (signal.aborted) return
    controller.metrics.persisted('failed')
    controller.logger.warn('the index cannot be written', fieldsOf(thrown))
  }
}

async function repeat(
  ms: number,
  work: () => Promise<void>,
  clock: ApplicationsControllerTools['clock'],
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(ms, signal).catch(() => undefined)
    if (!signal.aborted) await work()
  }
}
