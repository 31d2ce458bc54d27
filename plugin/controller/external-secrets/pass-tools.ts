import type { StoreRef } from '../../api/external-secret.ts'
import type { StoreSource } from '../../expansion/store-source.ts'
import type { KubeClient } from '../../kube/kube-client.ts'
import type { GeneratorStates } from '../generators/generator-states.ts'
import type { UsableGenerators } from '../generators/usable-generators.ts'
import type { ChangeNotices } from './change-notices.ts'
import type { ClusterObjects } from './cluster-templates.ts'
import type { ExternalSecretObject } from './external-secret-object.ts'
import type { GenericTargets } from './generic-targets.ts'
import type { EventText } from './outcome.ts'
import type { Values } from './read-values.ts'
import type { RefreshMemory } from './refresh-memory.ts'
import type { TemplatingTools } from './shaping-tools.ts'
import type { TargetSecrets } from './target-secrets.ts'

/** Times in milliseconds since the epoch. */
export interface Freshness {
  readonly keys: readonly string[]
  readonly notBeforeMs: number
  /** Nor credentials that were looked up before. */
  readonly credentialsNotBeforeMs?: number
}

/** The stores of the cluster, as the ExternalSecrets of a namespace may use them. */
export interface UsableStores {
  /** Stores that do not exist belong to nobody yet, and are `ours`. */
  classOf(ref: StoreRef, namespace: string): 'ours' | 'foreign'
  /** Whether values could be read from all of them now, as far as their objects say. */
  areUsable(refs: readonly StoreRef[], namespace: string): Promise<boolean>
  /** For the stores that `refs` name. What cannot be used is said when it is looked for; nothing read before `notBeforeMs` is given out for `keys`. */
  sourceFor(refs: readonly StoreRef[], namespace: string, fresh: Freshness): Promise<StoreSource>
}

export interface ControllerSettings {
  /** Whether ExternalSecrets that name a ClusterSecretStore are ours (external-secrets.md 4.2, 4). */
  readonly reconcilesClusterStores: boolean
  /** Whether other objects than Secrets may be made (external-secrets.md 4.12). */
  readonly allowsGenericTargets: boolean
  /** Otherwise a status that says nothing new is written once a day. */
  readonly statusEveryRefresh: boolean
}

/** What the steps of a pass work with. */
export interface PassTools {
  readonly client: KubeClient
  readonly targets: TargetSecrets
  /** Undefined where other targets than Secrets are not allowed. */
  readonly generic: GenericTargets | undefined
  readonly stores: UsableStores
  readonly generators: UsableGenerators
  readonly states: Pick<GeneratorStates, 'keep' | 'takeBack'>
  readonly objects: ClusterObjects
  readonly templating: TemplatingTools
  readonly notices: ChangeNotices
  readonly memory: RefreshMemory
  readonly settings: ControllerSettings
  /** When this process began to work, in milliseconds since the epoch. */
  readonly startedAt: number
  /** When the watch told of the latest change of the object. */
  readonly noticedAt: (object: ExternalSecretObject) => number
  /** An ExternalSecret that was written: the watch may be behind. */
  readonly wrote: (object: ExternalSecretObject) => void
  /** An event about the object of this pass, told at its end. */
  readonly note: (event: EventText) => void
  /** What was read of the provider in this pass. */
  readonly noteRead: (values: Values) => void
}
