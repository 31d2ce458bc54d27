import * as z from 'zod'
import { systemClock } from '../../../../plugin/model/clock.ts'
import { silentLogger } from '../../../../plugin/model/logger.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { SecretValue } from '../../../../plugin/model/secret-value.ts'
import { awsConfig } from '../../../../plugin/providers/aws/config.ts'
import type { AwsConfig } from '../../../../plugin/providers/aws/config-schema.ts'
import { aws } from '../../../../plugin/providers/aws/provider.ts'
import type { ChangeDetector } from '../../../../plugin/providers/change-detector.ts'
import type { CredentialSource } from '../../../../plugin/providers/credential-source.ts'
import type { OpenContext } from '../../../../plugin/providers/provider.ts'
import type { SecretReader } from '../../../../plugin/providers/secret-reader.ts'
import { TEST_KEY } from '../../../support/emulators/aws/aws-emulator.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

export interface Surroundings extends Partial<Omit<OpenContext, 'environment'>> {
  readonly environment?: Readonly<Record<string, string>>
}

/** Opens a store on `url` as a render does. `spec` is merged over a Secrets Manager store in us-east-1; a known key is in the environment. */
export async function openAws(url: string, spec: object = {}, surroundings: Surroundings = {}): Promise<SecretReader> {
  return await aws.open(configOf(spec), contextOf(url, surroundings))
}

/** Looks at the same store, without reading. */
export async function detectAws(url: string, spec: object = {}, surroundings: Surroundings = {}): Promise<ChangeDetector> {
  const detector = await aws.detect?.(configOf(spec), contextOf(url, surroundings))
  if (!detector) throw new TypeError('aws has a detector')
  return detector
}

function configOf(spec: object): AwsConfig {
  return z.parse(awsConfig, { service: 'SecretsManager', region: 'us-east-1', ...spec })
}

function contextOf(url: string, { environment, ...context }: Surroundings): OpenContext {
  return {
    credentials: credentialSource({}),
    environment: new Map(Object.entries({ AWS_ENDPOINT_URL: url, ...(environment ?? ENVIRONMENT_KEYS) })),
    store: { kind: 'SecretStore', name: 'aws', namespace: 'default' },
    clock: systemClock,
    random: seededRandom('aws'),
    logger: silentLogger,
    callTimeoutMs: 60_000,
    concurrency: 32,
    ...context,
  }
}

export const ENVIRONMENT_KEYS = {
  AWS_ACCESS_KEY_ID: TEST_KEY.accessKeyId,
  AWS_SECRET_ACCESS_KEY: TEST_KEY.secretAccessKey,
}

export interface KnownCredentials {
  /** By `name/key`. */
  readonly secrets?: Readonly<Record<string, string>>
  /** By name. */
  readonly serviceAccounts?: Readonly<
    Record<string, { readonly annotations: Readonly<Record<string, string>>; readonly token: string }>
  >
  /** Audiences that a token was asked for, in order. */
  readonly audiences?: string[]
}

export function credentialSource({ secrets = {}, serviceAccounts = {}, audiences = [] }: KnownCredentials): CredentialSource {
  const missing = (what: string, field: string): SecretError => new SecretError('InvalidSpec', `no ${what}`, { place: { field } })
  return {
    async secretKey({ name, key }, field) {
      const value = secrets[`${name}/${key}`]
      if (value === undefined) throw missing(`${name}/${key}`, field)
      return SecretValue.fromText(value)
    },
    async labelledSecret({ name }, _label, field) {
      throw missing(name, field)
    },
    async caBundle({ name }, field) {
      throw missing(name, field)
    },
    async serviceAccountAnnotations({ name }) {
      const account = serviceAccounts[name]
      return account && new Map(Object.entries(account.annotations))
    },
    async serviceAccountToken({ name, audiences: wanted }, field) {
      const account = serviceAccounts[name]
      if (!account) throw missing(name, field)
      audiences.push(...(wanted ?? []))
      return SecretValue.fromText(account.token)
    },
  }
}
