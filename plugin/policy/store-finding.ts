import type { SecretError } from '../model/secret-error.ts'
import type { Tenant } from '../model/tenant.ts'
import type { LoadProvider } from '../providers/registry.ts'
import type { CredentialsFolder } from '../stores/credentials-folder.ts'
import type { StoreOpener } from '../stores/open-store.ts'
import type { StoreObject } from '../stores/store-object.ts'
import type { StreamObjects } from '../stores/stream-objects.ts'
import type { PolicyNeed } from './policy-need.ts'
import type { GitStoreGrant, PolicyRule } from './policy-schema.ts'
import type { TenancyPolicy } from './read-policy.ts'
import type { Grant } from './store-decision.ts'

/** What the stores of one render are made of. */
export interface TenantStoreTools {
  readonly tenant: Tenant
  readonly policy: TenancyPolicy
  /** Those that speak of the tenant. */
  readonly rules: readonly PolicyRule[]
  /** The only names that the author wants to use (R2); all without it. */
  readonly narrowedTo: readonly string[] | undefined
  readonly providers: ReadonlyMap<string, LoadProvider>
  readonly opener: StoreOpener
  readonly folder: CredentialsFolder | undefined
  /** Told once what enforcement would have refused (`mode: dryRun`), and what a rule would have to say. */
  readonly onDryRefusal: (refusal: SecretError, need: PolicyNeed | undefined) => void
}

/** What finding a store needs beside the store itself. */
export interface StoreFinding extends TenantStoreTools {
  readonly objects: StreamObjects
  /** Remembers the grants that are for a store of Git. */
  readonly fitting: Map<StoreObject, readonly Grant<GitStoreGrant>[]>
  /** Refuses, or in a dry run notes and lets it pass. */
  readonly refused: (refusal: SecretError, need: PolicyNeed | undefined) => SecretError | undefined
}
