import { type Clock, systemClock } from '../../../../plugin/model/clock.ts'
import { silentLogger } from '../../../../plugin/model/logger.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { SecretValue } from '../../../../plugin/model/secret-value.ts'
import type { ChangeDetector } from '../../../../plugin/providers/change-detector.ts'
import type { CredentialSource } from '../../../../plugin/providers/credential-source.ts'
import { type GcpSmConfig, gcpSmConfig } from '../../../../plugin/providers/gcpsm/config.ts'
import { gcpsm } from '../../../../plugin/providers/gcpsm/provider.ts'
import type { OpenContext } from '../../../../plugin/providers/provider.ts'
import type { SecretReader } from '../../../../plugin/providers/secret-reader.ts'
import type { GcpEmulator } from '../../../support/emulators/gcp/gcp-emulator.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

export interface Surroundings {
  /** A service account's key file, that the store is made to name. */
  readonly key?: object
  readonly credentials?: Partial<CredentialSource>
  /** Beside the emulator's addresses. */
  readonly environment?: Readonly<Record<string, string>>
  readonly callTimeoutMs?: number
  readonly clock?: Clock
  readonly extraCa?: string
  readonly mayConnect?: (host: string, address: string) => boolean
}

const KEY_REF = { auth: { secretRef: { secretAccessKeySecretRef: { name: 'gcp', key: 'key.json' } } } }

/** Opens `spec.provider.gcpsm` with every address pointing to the emulator. */
export async function openStore(gcp: GcpEmulator, config: object, surroundings: Surroundings = {}): Promise<SecretReader> {
  return gcpsm.open(configOf(config, surroundings), contextOf(gcp, surroundings))
}

/** Looks at the same store, without reading. */
export async function detectStore(gcp: GcpEmulator, config: object, surroundings: Surroundings = {}): Promise<ChangeDetector> {
  const detector = await gcpsm.detect?.(configOf(config, surroundings), contextOf(gcp, surroundings))
  if (!detector) throw new TypeError('gcpsm has a detector')
  return detector
}

function configOf(config: object, { key }: Surroundings): GcpSmConfig {
  return gcpSmConfig.parse({ ...config, ...(key && KEY_REF) })
}

function contextOf(gcp: GcpEmulator, surroundings: Surroundings): OpenContext {
  const { key, environment = {}, callTimeoutMs = 60_000, clock = systemClock } = surroundings
  return {
    credentials: {
      ...nothing,
      ...(key && { secretKey: async () => SecretValue.fromText(JSON.stringify(key)) }),
      ...surroundings.credentials,
    },
    environment: new Map(
      Object.entries({
        GCPSM_ENDPOINT: gcp.url,
        GCPSM_AUTH_ENDPOINT: gcp.url,
        GCE_METADATA_HOST: new URL(gcp.url).host,
        ...environment,
      }),
    ),
    ...(surroundings.extraCa !== undefined && { extraCa: surroundings.extraCa }),
    ...(surroundings.mayConnect && { mayConnect: surroundings.mayConnect }),
    store: { kind: 'SecretStore', name: 'gcp', namespace: 'default' },
    clock,
    random: seededRandom('gcpsm'),
    logger: silentLogger,
    callTimeoutMs,
    concurrency: 32,
  }
}

const missing = async (): Promise<never> => {
  throw new SecretError('InvalidSpec', 'no such object')
}

const nothing: CredentialSource = {
  secretKey: missing,
  labelledSecret: missing,
  caBundle: missing,
  serviceAccountAnnotations: async () => undefined,
  serviceAccountToken: missing,
}
