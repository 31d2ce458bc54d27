import { silentLogger } from '../../../../plugin/model/logger.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { SecretValue } from '../../../../plugin/model/secret-value.ts'
import { azureKvConfig } from '../../../../plugin/providers/azurekv/config.ts'
import { azurekv } from '../../../../plugin/providers/azurekv/provider.ts'
import type { ChangeDetector } from '../../../../plugin/providers/change-detector.ts'
import type { CredentialSource } from '../../../../plugin/providers/credential-source.ts'
import type { OpenContext } from '../../../../plugin/providers/provider.ts'
import type { SecretReader } from '../../../../plugin/providers/secret-reader.ts'
import type { AzureEmulator } from '../../../support/emulators/azure/start-azure-emulator.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

/** What a store finds around itself in a test. */
export interface Surroundings {
  /** Keys of the Secret `login`. */
  readonly secret?: Readonly<Record<string, string | Uint8Array>>
  readonly environment?: Readonly<Record<string, string>>
  /** Annotations of every ServiceAccount. */
  readonly annotations?: Readonly<Record<string, string>>
  /** Makes the token of a ServiceAccount for the audiences that are asked for. */
  readonly serviceAccountToken?: (audiences: readonly string[]) => string
  readonly clock?: FakeClock
  readonly callTimeoutMs?: number
  readonly retry?: { readonly maxRetries?: number }
}

/** The selector of a key of that Secret. */
export function loginKey(key: string): { name: string; key: string } {
  return { name: 'login', key }
}

/** Opens a store on the emulator as the program would: its configuration through the schema, its surroundings through the context. */
export async function openStore(azure: AzureEmulator, config: object, around: Surroundings = {}): Promise<SecretReader> {
  const parsed = azureKvConfig.parse({ vaultUrl: azure.vaultUrl, ...config })
  return azurekv.open(parsed, contextOf(azure, around))
}

export function contextOf(azure: AzureEmulator, around: Surroundings): OpenContext {
  return {
    credentials: credentialsOf(around),
    environment: new Map(Object.entries({ AZURE_AUTHORITY_HOST: azure.authorityHost, ...around.environment })),
    extraCa: azure.ca,
    store: { kind: 'SecretStore', name: 'azure', namespace: 'default', ...(around.retry && { retry: around.retry }) },
    clock: around.clock ?? new FakeClock(Date.now()),
    random: seededRandom('azurekv'),
    logger: silentLogger,
    callTimeoutMs: around.callTimeoutMs ?? 60_000,
    concurrency: 32,
  }
}

function credentialsOf({ secret = {}, annotations, serviceAccountToken }: Surroundings): CredentialSource {
  return {
    async secretKey({ key }, field) {
      const value = secret[key]
      if (value === undefined) throw new SecretError('InvalidSpec', 'no such key', { place: { field } })
      return typeof value === 'string' ? SecretValue.fromText(value) : new SecretValue(value)
    },
    labelledSecret: async () => new Map(),
    caBundle: async () => '',
    serviceAccountAnnotations: async () => annotations && new Map(Object.entries(annotations)),
    serviceAccountToken: async ({ audiences }) => SecretValue.fromText(serviceAccountToken?.(audiences ?? []) ?? ''),
  }
}

/** The plainest store: the emulator's own application with its client secret. */
export function servicePrincipalStore(azure: AzureEmulator): {
  readonly config: object
  readonly secret: Record<string, string>
} {
  return {
    config: { tenantId: azure.tenantId, authSecretRef: { clientId: loginKey('id'), clientSecret: loginKey('secret') } },
    secret: { id: azure.application.clientId, secret: azure.application.clientSecret },
  }
}

export async function openServicePrincipal(azure: AzureEmulator, around: Surroundings = {}): Promise<SecretReader> {
  const { config, secret } = servicePrincipalStore(azure)
  return openStore(azure, config, { secret, ...around })
}

/** Looks at the same store, without reading. */
export async function detectServicePrincipal(azure: AzureEmulator, around: Surroundings = {}): Promise<ChangeDetector> {
  const { config, secret } = servicePrincipalStore(azure)
  const parsed = azureKvConfig.parse({ vaultUrl: azure.vaultUrl, ...config })
  const detector = await azurekv.detect?.(parsed, contextOf(azure, { secret, ...around }))
  if (!detector) throw new TypeError('azurekv has a detector')
  return detector
}
