import type { KubeObject, ObjectMeta } from './kube-object.ts'
import { objectIdentity } from './object-identity.ts'
import type { Resource } from './resource.ts'

/** The object that an event is about, as the API server gave it. */
export interface EventSubject {
  readonly resource: Resource
  readonly metadata: ObjectMeta
}

export interface EventToRecord {
  readonly type: 'Normal' | 'Warning'
  /** One word in CamelCase: `Updated`, `UpdateFailed`. */
  readonly reason: string
  /** Of a SecretError or constant: names, never a value. Cut at 1,024 bytes. */
  readonly message: string
}

/** An Event of core/v1 (Kubernetes API reference, Event). */
export interface KubeEvent extends KubeObject {
  readonly involvedObject: {
    readonly apiVersion: string
    readonly kind: string
    readonly namespace?: string
    readonly name: string
    readonly uid?: string
    readonly resourceVersion?: string
  }
  readonly type: EventToRecord['type']
  readonly reason: string
  readonly message: string
  readonly count: number
  readonly firstTimestamp: string
  readonly lastTimestamp: string
  readonly source: { readonly component: string }
  readonly reportingComponent: string
  readonly reportingInstance: string
}

/** The longest name of an object that is a DNS subdomain (Kubernetes, object names). */
const MAX_NAME = 253
/** What the newer events.k8s.io/v1 allows a note; core/v1 itself has no bound. */
const MAX_MESSAGE_BYTES = 1_024

export function eventObject(subject: EventSubject, event: EventToRecord, seen: EventSightings, component: string): KubeEvent {
  const { resource, metadata } = subject
  const { group, version, kind } = resource
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: seen.eventName, namespace: eventNamespace(subject) },
    involvedObject: {
      apiVersion: group === '' ? version : `${group}/${version}`,
      kind,
      ...objectIdentity(metadata),
    },
    type: event.type,
    reason: event.reason,
    message: cutMessage(event.message),
    count: seen.count,
    firstTimestamp: secondsText(seen.firstAt),
    lastTimestamp: secondsText(seen.lastAt),
    source: { component },
    reportingComponent: component,
    reportingInstance: '',
  }
}

export interface EventSightings {
  readonly eventName: string
  readonly count: number
  /** Milliseconds since the epoch. */
  readonly firstAt: number
  readonly lastAt: number
}

/** What changes when the same thing happens again. */
export function eventPatch(event: EventToRecord, { count, lastAt }: EventSightings): object {
  return { count, lastTimestamp: secondsText(lastAt), message: cutMessage(event.message) }
}

/** Events of what lives in the cluster as a whole are in `default` (client-go, recorderImpl.makeEvent). */
export function eventNamespace({ metadata: { namespace } }: EventSubject): string {
  return namespace === undefined || namespace === '' ? 'default' : namespace
}

/** `database.18a2f0c1d4e5b000`: unique while no two events of one object have one `nanoseconds`. */
export function eventName({ metadata: { name } }: EventSubject, nanoseconds: bigint): string {
  const suffix = `.${nanoseconds.toString(16)}`
  return name.slice(0, MAX_NAME - suffix.length).replace(/[^a-z0-9]+$/, '') + suffix
}

/** metav1.Time has whole seconds. */
function secondsText(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}

function cutMessage(message: string): string {
  const bytes = Buffer.from(message)
  if (bytes.byteLength <= MAX_MESSAGE_BYTES) return message
  const mark = '...'
  let end = MAX_MESSAGE_BYTES - mark.length
  // Not within a character: its later bytes are 10xxxxxx.
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return bytes.toString('utf8', 0, end) + mark
}
