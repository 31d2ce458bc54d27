import assert from 'node:assert/strict'
import type { z } from 'zod'
import { systemClock } from '../../../../plugin/model/clock.ts'
import { silentLogger } from '../../../../plugin/model/logger.ts'
import { systemRandom } from '../../../../plugin/model/random.ts'
import type { ChangeDetector } from '../../../../plugin/providers/change-detector.ts'
import type { kubernetesConfig } from '../../../../plugin/providers/kubernetes/config.ts'
import { kubernetes } from '../../../../plugin/providers/kubernetes/provider.ts'
import type { OpenContext } from '../../../../plugin/providers/provider.ts'
import type { SecretReader } from '../../../../plugin/providers/secret-reader.ts'
import { type Surroundings as Credentials, credentialsOf } from '../vault/open-vault.ts'

/** What a store writes under `spec.provider.kubernetes`. */
export type KubernetesSpec = z.input<typeof kubernetesConfig>

export interface Surroundings
  extends Partial<Pick<OpenContext, 'callTimeoutMs' | 'mayConnect' | 'extraCa' | 'clock' | 'logger'>> {
  /** By `name/key`. */
  readonly secrets?: Readonly<Record<string, string>>
  readonly accountToken?: Credentials['accountToken']
  readonly retry?: OpenContext['store']['retry']
}

/** Opens a store as a render would: the schema first, then the provider. */
export function openKubernetes(spec: KubernetesSpec, surroundings: Surroundings = {}): Promise<SecretReader> {
  return kubernetes.open(kubernetes.config.parse(spec), contextOf(surroundings))
}

/** Looks at the same store, without reading. */
export async function detectKubernetes(spec: KubernetesSpec, surroundings: Surroundings = {}): Promise<ChangeDetector> {
  const detector = await kubernetes.detect?.(kubernetes.config.parse(spec), contextOf(surroundings))
  assert.ok(detector)
  return detector
}

function contextOf({ secrets = {}, accountToken, retry, ...more }: Surroundings): OpenContext {
  return {
    credentials: credentialsOf({ secrets, ...(accountToken && { accountToken }) }),
    environment: new Map(),
    store: { kind: 'SecretStore', name: 'store', namespace: 'default', ...(retry && { retry }) },
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    callTimeoutMs: 60_000,
    concurrency: 32,
    ...more,
  }
}
