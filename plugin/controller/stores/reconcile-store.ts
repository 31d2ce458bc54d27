import { parseGoDuration } from '../../api/go-duration.ts'
import type { Store } from '../../api/store.ts'
import type { OpenStore } from '../../expansion/store-source.ts'
import type { EventRecorder } from '../../kube/event-recorder.ts'
import type { KubeClient } from '../../kube/kube-client.ts'
import { isKubeError } from '../../kube/kube-error.ts'
import { keyText } from '../../kube/kube-object.ts'
import type { Clock } from '../../model/clock.ts'
import { fieldName } from '../../model/field-path.ts'
import type { Logger } from '../../model/logger.ts'
import { asSecretError, SecretError } from '../../model/secret-error.ts'
import type { LoadProvider } from '../../providers/registry.ts'
import type { StoreOpener } from '../../stores/open-store.ts'
import { storeId } from '../../stores/store-lookup.ts'
import { dependsOnConsumer } from '../../stores/store-provider.ts'
import { type Condition, conditionOf, isReady, withCondition } from '../conditions.ts'
import type { StoreDetection } from '../detection/detection-schedule.ts'
import type { ObjectMetrics } from '../external-secrets/tell-outcome.ts'
import type { Outcome as NextPass } from '../queue/pass.ts'
import { CLUSTER_SECRET_STORES, SECRET_STORES } from '../resources.ts'
import { clusterCredentials } from './cluster-credentials.ts'
import type { ClusterObjectReads } from './cluster-objects.ts'
import { isOfClass, type StoreKubeObject, type StoreStatus, storeKindOf } from './store-kube-object.ts'
import { CLUSTER_OWNER, readStoreObject } from './usable-stores.ts'
import { withWatched } from './watched-condition.ts'

export interface StoreReconcileTools {
  readonly client: KubeClient
  readonly providers: ReadonlyMap<string, LoadProvider>
  readonly opener: StoreOpener
  readonly objects: ClusterObjectReads
  readonly events: Pick<EventRecorder, 'record'>
  readonly metrics: Readonly<Record<Store['kind'], ObjectMetrics>>
  readonly logger: Logger
  readonly clock: Clock
  readonly controllerClass: string
  /** What is known of stores whose changes are noticed. */
  readonly detections: () => readonly StoreDetection[]
  /** Between two validations of a store that says nothing itself, in milliseconds. */
  readonly requeueMs: number
  /** How long a look at a store may take with all its attempts, in milliseconds. */
  readonly lookMs: number
  /** A store that was written: the watch may be behind. */
  readonly wrote: (store: StoreKubeObject) => void
}

type Verdict = Omit<Condition, 'lastTransitionTime' | 'type'> & {
  readonly event: { readonly type: 'Normal' | 'Warning'; readonly reason: string; readonly message: string }
}

/** No PushSecret is served, whatever the provider could do. */
const CAPABILITIES = 'ReadOnly'
const STATUS_MANAGER = 'external-secrets'

/** Opens a store, has it look at itself, and says what came of it (external-secrets.md 5.2). Rejects with the signal's reason, and with KubeError. */
export async function reconcileStore(
  object: StoreKubeObject,
  tools: StoreReconcileTools,
  signal: AbortSignal,
): Promise<NextPass> {
  if (!isOfClass(object, tools.controllerClass)) return { next: 'none' }
  const startedAt = tools.clock.monotonic()
  const { value, problems } = await readStoreObject(object, tools.providers)
  const said = problems.map(({ path, message }) => `${fieldName(path)} ${message}`).join('; ')
  const verdict = value ? await validated(value, object, tools, signal) : invalid('unable to create client', said)
  signal.throwIfAborted()
  const isTold = await tell(object, verdict, tools, signal)
  metricsOf(object, tools).reconciled(object, (tools.clock.monotonic() - startedAt) / 1_000)
  if (!isTold || verdict.status !== 'True') return { next: 'retry' }
  return { next: 'after', ms: requeueMs(value, tools.requeueMs) }
}

async function validated(
  store: Store,
  object: StoreKubeObject,
  { opener, objects, clock, lookMs }: StoreReconcileTools,
  signal: AbortSignal,
): Promise<Verdict> {
  const { namespace = '' } = object.metadata
  // Its credentials are those of whoever uses it: there is nobody to ask for yet (external-secrets.md 5.3, referent auth).
  if (store.kind === 'ClusterSecretStore' && dependsOnConsumer(store)) return VALID
  const place = { object: `${store.kind} ${keyText(object.metadata)}` }
  let opened: OpenStore
  try {
    // Of one that is not ready it may be the credentials that somebody has just put right.
    const asking = isReady(object) ? {} : { notBeforeMs: clock.now() }
    const credentials = clusterCredentials({ storeKind: store.kind, namespace }, objects, asking)
    opened = await opener.open({ resource: store, place, namespace }, namespace, credentials, { owner: CLUSTER_OWNER })
  } catch (thrown) {
    return invalid('unable to create client', detailOf(asSecretError(thrown)))
  }
  try {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(lookMs)])
    const validation = (await opened.reader.validate?.(limited)) ?? { result: 'ready' }
    return validation.result === 'ready' ? VALID : unknown(detailOf(ofLook(validation.error, lookMs)))
  } catch (thrown) {
    return invalid('unable to validate store', detailOf(ofLook(asSecretError(thrown), lookMs)))
  } finally {
    await opened.reader.close().catch(() => undefined)
  }
}

/** The limit of a look is ours, and no caller's. */
function ofLook(error: SecretError, lookMs: number): SecretError {
  if (error.kind !== 'Deadline') return error
  const remedy = 'check that the provider can be reached from here, and that it answers in time'
  return new SecretError('Timeout', `no answer to be had within ${lookMs} ms`, { remedy })
}

function detailOf({ message, remedy, place }: SecretError): string {
  return [place.field, message, remedy].filter((part) => part !== undefined).join(': ')
}

const VALID: Verdict = {
  status: 'True',
  reason: 'Valid',
  message: 'store validated',
  event: { type: 'Normal', reason: 'Valid', message: 'store validated' },
}

/** Of providers that ESO does not maintain (external-secrets.md 5.2): today the one for trying things out. */
const UNMAINTAINED_PROVIDER = 'fake'
/** With any value. */
const IGNORE_MAINTENANCE = 'external-secrets.io/ignore-maintenance-checks'
const UNMAINTAINED: Verdict['event'] = {
  type: 'Warning',
  reason: 'StoreUnmaintained',
  message: `its provider is for trying things out and is not maintained; the annotation ${IGNORE_MAINTENANCE} hides this`,
}

function isUnmaintained({ metadata, spec }: StoreKubeObject): boolean {
  if (metadata.annotations?.[IGNORE_MAINTENANCE] !== undefined) return false
  const provider = typeof spec === 'object' && spec !== null && 'provider' in spec ? spec.provider : undefined
  return typeof provider === 'object' && provider !== null && UNMAINTAINED_PROVIDER in provider
}

/** The detail is in the event alone. */
function invalid(message: string, detail: string): Verdict {
  const reason = 'InvalidProviderConfig'
  return { status: 'False', reason, message, event: { type: 'Warning', reason, message: `${message}: ${detail}` } }
}

/** Its secrets may be read all the same; that is why it counts as Ready. */
function unknown(detail: string): Verdict {
  const [reason, message] = ['ValidationUnknown', 'could not determine validation status']
  return { status: 'True', reason, message, event: { type: 'Warning', reason, message: detail } }
}

/** Status (if it changed), event, metric and log. False when the status could not be written because the store has changed. */
async function tell(
  object: StoreKubeObject,
  verdict: Verdict,
  tools: StoreReconcileTools,
  signal: AbortSignal,
): Promise<boolean> {
  const { event, ...condition } = verdict
  const resource = object.metadata.namespace === undefined ? CLUSTER_SECRET_STORES : SECRET_STORES
  const record = (said: Verdict['event']): void => tools.events.record({ resource, metadata: object.metadata }, said)
  record(event)
  if (condition.reason === VALID.reason && isUnmaintained(object)) record(UNMAINTAINED)
  if (event.type === 'Warning')
    tools.logger.warn(`${resource.kind} failed`, { object: keyText(object.metadata), failure: event.message })
  const status = nextStatus(object, condition, tools)
  metricsOf(object, tools).conditions(object, conditionOf(status.conditions, 'Ready'))
  if (status === object.status) return true
  try {
    const options = { subresource: 'status', fieldManager: STATUS_MANAGER, signal } as const
    tools.wrote(await tools.client.update<StoreKubeObject>(resource, { ...object, status }, options))
    return true
  } catch (thrown) {
    if (isKubeError(thrown, 'Conflict')) return false
    if (isKubeError(thrown, 'NotFound')) return true
    throw thrown
  }
}

function nextStatus(
  object: StoreKubeObject,
  condition: Omit<Verdict, 'event'>,
  { clock, detections }: StoreReconcileTools,
): StoreStatus {
  const { metadata, status = {} } = object
  const before = status.conditions ?? []
  const name = storeId(storeKindOf(object), metadata.namespace ?? '', metadata.name)
  const tellings = detections().flatMap((store) => (store.name === name ? [store.telling] : []))
  const conditions = withWatched(withCondition(before, { type: 'Ready', ...condition }, clock.now()), tellings, clock.now())
  const capabilities = condition.reason === VALID.reason ? CAPABILITIES : status.capabilities
  if (conditions === before && capabilities === status.capabilities) return status
  return { ...status, conditions, ...(capabilities !== undefined && { capabilities }) }
}

function metricsOf(object: StoreKubeObject, { metrics }: StoreReconcileTools): ObjectMetrics {
  return metrics[storeKindOf(object)]
}

/** `spec.refreshInterval`: whole seconds or a Go duration; 0 is the controller's own (external-secrets.md 5.1). */
function requeueMs(store: Store | undefined, otherwise: number): number {
  const interval = store?.spec.refreshInterval
  const ms = typeof interval === 'number' ? interval * 1_000 : (parseGoDuration(interval ?? '0') ?? 0)
  return ms > 0 ? ms : otherwise
}
