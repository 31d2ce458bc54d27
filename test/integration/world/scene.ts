import type { ExternalSecretObject } from '../../../plugin/controller/external-secrets/external-secret-object.ts'
import type { SecretObject } from '../../../plugin/controller/external-secrets/secret-object.ts'
import type { WantedSpec, WantedStoreRef } from './operation.ts'

/** What a pass over one ExternalSecret would find. */
export interface Scene {
  /** `foreign` is one of another controller. */
  readonly store: (ref: WantedStoreRef) => StoreScene | 'unreadable' | 'foreign'
  readonly configMap: (name: string) => Readonly<Record<string, string>> | undefined
  readonly target: SecretObject | undefined
  readonly object: ExternalSecretObject & { readonly spec: WantedSpec }
}

export interface StoreScene {
  readonly values: ReadonlyMap<string, Members>
  /** Whether a member that is missing counts as a secret that is missing (external-secrets.md 9, 18). */
  readonly missingMemberIsAbsent: boolean
}

export type Members = Readonly<Record<string, string>>
