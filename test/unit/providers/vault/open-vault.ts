import type { z } from 'zod'
import { type Clock, systemClock } from '../../../../plugin/model/clock.ts'
import { silentLogger } from '../../../../plugin/model/logger.ts'
import { systemRandom } from '../../../../plugin/model/random.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { SecretValue } from '../../../../plugin/model/secret-value.ts'
import type { ChangeDetector } from '../../../../plugin/providers/change-detector.ts'
import type { CredentialSource } from '../../../../plugin/providers/credential-source.ts'
import type { OpenContext } from '../../../../plugin/providers/provider.ts'
import type { Outcome, SecretReader } from '../../../../plugin/providers/secret-reader.ts'
import type { vaultConfig } from '../../../../plugin/providers/vault/config.ts'
import { vault } from '../../../../plugin/providers/vault/provider.ts'

/** What a store writes under `spec.provider.vault`. */
export type VaultSpec = z.input<typeof vaultConfig>

/** What the tests know of the surroundings: objects by `name/key`, annotations and tokens of accounts by name. */
export interface Surroundings {
  readonly secrets?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Gives the token of an account for audiences. */
  readonly accountToken?: (name: string, audiences: readonly string[]) => string
  readonly podToken?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly clock?: Clock
  readonly extraCa?: string
  readonly callTimeoutMs?: number
  readonly retry?: OpenContext['store']['retry']
  readonly logger?: OpenContext['logger']
}

/** Opens a store as a render would: the schema first, then the provider. */
export async function openVault(spec: VaultSpec, surroundings: Surroundings = {}): Promise<SecretReader> {
  return vault.open(vault.config.parse(spec), contextOf(surroundings))
}

/** Looks at the same store, without reading. */
export async function detectVault(spec: VaultSpec, surroundings: Surroundings = {}): Promise<ChangeDetector> {
  const detector = await vault.detect?.(vault.config.parse(spec), contextOf(surroundings))
  if (!detector) throw new TypeError('vault has a detector')
  return detector
}

export function contextOf(surroundings: Surroundings): OpenContext {
  return {
    credentials: credentialsOf(surroundings),
    environment: new Map(Object.entries(surroundings.environment ?? {})),
    ...(surroundings.extraCa !== undefined && { extraCa: surroundings.extraCa }),
    store: { kind: 'SecretStore', name: 'store', namespace: 'default', ...(surroundings.retry && { retry: surroundings.retry }) },
    clock: surroundings.clock ?? systemClock,
    random: systemRandom,
    logger: surroundings.logger ?? silentLogger,
    callTimeoutMs: surroundings.callTimeoutMs ?? 60_000,
    concurrency: 32,
  }
}

export function credentialsOf({ secrets = {}, annotations = {}, accountToken, podToken }: Surroundings): CredentialSource {
  const known = (name: string, field: string): string => {
    const value = secrets[name]
    if (value === undefined) throw new SecretError('InvalidSpec', `no ${name}`, { place: { field } })
    return value
  }
  return {
    secretKey: async ({ name, key }, field) => SecretValue.fromText(known(`${name}/${key}`, field)),
    async labelledSecret({ name }, _label, field) {
      const keys = Object.entries(secrets).filter(([path]) => path.startsWith(`${name}/`))
      if (keys.length === 0) throw new SecretError('InvalidSpec', `no ${name}`, { place: { field } })
      return new Map(keys.map(([path, text]) => [path.slice(name.length + 1), SecretValue.fromText(text)]))
    },
    caBundle: async ({ name, key }, field) => known(`${name}/${key}`, field),
    serviceAccountAnnotations: async ({ name }) => annotations[name] && new Map(Object.entries(annotations[name])),
    async serviceAccountToken({ name, audiences }, field) {
      if (!accountToken) throw new SecretError('InvalidSpec', `no token of ${name}`, { place: { field } })
      return SecretValue.fromText(accountToken(name, audiences ?? []))
    },
    podToken: async () => (podToken === undefined ? undefined : SecretValue.fromText(podToken)),
  }
}

export const signal = (): AbortSignal => AbortSignal.timeout(20_000)

/** Reads one value; an error is thrown. */
export async function readOne(reader: SecretReader, key: string, version?: string): Promise<string> {
  const [outcome] = await reader.fetch([{ key, part: 'value', ...(version !== undefined && { version }) }], signal())
  return textOf(outcome)
}

export function textOf(outcome: Outcome | undefined): string {
  if (!outcome?.ok) throw outcome?.error ?? new RangeError('no outcome')
  return new TextDecoder().decode(outcome.secret.value.reveal())
}
