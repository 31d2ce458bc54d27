import type { ExternalSecretInput } from '../../expansion/external-secret-input.ts'
import type { KubeObject, ObjectKey } from '../../kube/kube-object.ts'
import type { RefreshReason } from '../../refresh/refresh-checks.ts'
import type { Step } from '../step-list.ts'
import type { ExternalSecretObject } from './external-secret-object.ts'
import type { MutationContent } from './mutate-secret.ts'
import type { Outcome } from './outcome.ts'
import type { PassTools } from './pass-tools.ts'
import type { Values } from './read-values.ts'
import type { SecretObject } from './secret-object.ts'

/** What a pass starts with. */
export interface Started {
  readonly object: ExternalSecretObject
  /** Milliseconds since the epoch: what `status.refreshTime` says. */
  readonly now: number
}

export interface SpecRead extends Started {
  readonly input: ExternalSecretInput
  readonly uid: string
  /** Under which its Secret is written. */
  readonly fieldManager: string
  readonly targetKey: ObjectKey & { readonly namespace: string }
}

/** `unseen`: no managed Secret has the name, and nobody has asked whether another one has. */
export type Target =
  | { readonly state: 'unseen' | 'missing' }
  | {
      readonly state: 'present'
      readonly metadata: KubeObject
      readonly full: SecretObject | undefined
      readonly isIntact: boolean
    }

export interface TargetFound extends SpecRead {
  readonly target: Target
}

export interface Due extends TargetFound {
  readonly reason: RefreshReason
}

export interface ValuesRead extends Due {
  readonly values: Values
}

export interface ContentShaped extends ValuesRead {
  readonly content: MutationContent
  /** Of the ConfigMaps and Secrets that it was shaped with. */
  readonly templatesDigest: string
}

/** A step of the reconcile of an ExternalSecret. */
export type PassStep<Before, After> = Step<PassTools, Before, After, Outcome>
