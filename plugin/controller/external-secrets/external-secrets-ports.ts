import type { EventRecorder } from '../../kube/event-recorder.ts'
import type { KubeClient } from '../../kube/kube-client.ts'
import type { Clock } from '../../model/clock.ts'
import type { Logger } from '../../model/logger.ts'
import type { Random } from '../../model/random.ts'
import type { LoadProvider } from '../../providers/registry.ts'
import type { OpenDetector } from '../../stores/open-detector.ts'
import type { StoreOpener } from '../../stores/open-store.ts'
import type { DetectionSchedule, OnChanges, OnTelling } from '../detection/detection-schedule.ts'
import type { UsableGeneratorsOptions } from '../generators/usable-generators.ts'
import type { ClusterObjectReads } from '../stores/cluster-objects.ts'
import type { ReadFloors } from '../stores/read-floors.ts'
import type { ControllerSettings } from './pass-tools.ts'
import type { TemplatingTools } from './shaping-tools.ts'
import type { ObjectMetrics } from './tell-outcome.ts'

export interface ExternalSecretsSettings extends ControllerSettings {
  /** Absent: all namespaces. */
  readonly namespace?: string | undefined
  readonly controllerClass: string
  readonly floodGate: boolean
  /** Passes over ExternalSecrets at once. */
  readonly concurrent: number
  /** Between two validations of a store, in milliseconds. */
  readonly storeRequeueMs: number
  /** How long one of them may take, in milliseconds. */
  readonly storeLookMs: number
}

export interface ExternalSecretsPorts {
  readonly client: KubeClient
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** Each kind of object is told of by a component of its own, as in ESO. */
  readonly events: Readonly<Record<'externalSecrets' | 'stores' | 'clusterStores', Pick<EventRecorder, 'record'>>>
  readonly metrics: Readonly<
    Record<'ExternalSecret' | 'SecretStore' | 'ClusterSecretStore' | 'ClusterExternalSecret', ObjectMetrics>
  >
  readonly providers: ReadonlyMap<string, LoadProvider>
  readonly opener: StoreOpener
  readonly generators: Pick<UsableGeneratorsOptions, 'known' | 'tools'>
  readonly objects: ClusterObjectReads
  readonly floors: ReadFloors
  readonly templating: TemplatingTools
  /** What notices changes between reads, told what is watched; undefined where every refresh is to read. */
  readonly detection: DetectionPorts | undefined
}

export interface DetectionPorts {
  createSchedule(client: KubeClient, told: { readonly onChanges: OnChanges; readonly onTelling: OnTelling }): DetectionSchedule
  readonly openDetector: OpenDetector
}
