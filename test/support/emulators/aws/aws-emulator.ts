import { CallControl } from '../../call-control.ts'
import { type Emulator, listen, type ServerTls } from '../../emulator.ts'
import { AccessRules } from './access-rules.ts'
import { KeyRing } from './key-ring.ts'
import { MessageQueues } from './message-queues.ts'
import { ParameterShelf, type ParameterType } from './parameter-shelf.ts'
import { addVersion, type Home, SecretVault } from './secret-vault.ts'
import { nativeFailures, serviceApp } from './service-app.ts'
import type { AssumedSession, Role } from './token-service.ts'
import type { IdentityProvider } from './web-identity.ts'

export interface UserKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Twelve digits; {@link DEFAULT_HOME}'s when missing. */
  readonly account?: string
  /** Name of the user in the account. */
  readonly user?: string
}

export interface AwsEmulatorOptions {
  /** Long-term keys that exist. One of {@link TEST_KEY} when missing. */
  readonly keys?: readonly UserKey[]
  readonly roles?: readonly Role[]
  readonly identityProviders?: readonly IdentityProvider[]
  /** What EKS Pod Identity's agent answers to, at `/v1/credentials`. */
  readonly podIdentity?: { readonly token: string; readonly roleArn: string }
  readonly regions?: readonly string[]
  readonly sessionLifetimeMs?: number
  /** The services' clock, in milliseconds since the epoch. */
  readonly now?: () => number
  /** Values in one answer of BatchGetSecretValue before the rest comes by NextToken. */
  readonly batchPageSize?: number
  /** How far ListSecrets is behind, in milliseconds: "might not reflect changes from the last five minutes" (AWS API reference, ListSecrets). */
  readonly listingLagMs?: number
  readonly tls?: ServerTls
}

export interface PutSecretOptions {
  readonly tags?: Readonly<Record<string, string>>
  /** Without it the new version becomes AWSCURRENT. */
  readonly stages?: readonly string[]
  readonly home?: Home
}

export interface PutParameterOptions {
  readonly type?: ParameterType
  readonly tags?: Readonly<Record<string, string>>
  readonly labels?: readonly string[]
  readonly home?: Home
}

/** Secrets Manager, SSM Parameter Store, SQS and STS on one port; EKS Pod Identity's agent beside them. */
export interface AwsEmulator extends Emulator {
  /** Bytes are stored as SecretBinary, text as SecretString. Gives the version's id and the secret's ARN. */
  putSecret(
    name: string,
    content: string | Uint8Array,
    options?: PutSecretOptions,
  ): { readonly versionId: string; readonly arn: string }
  /** Marks for deletion, with a recovery window. */
  scheduleDeletion(name: string, home?: Home): void
  /** Gives the version's number and the parameter's ARN. */
  putParameter(name: string, value: string, options?: PutParameterOptions): { readonly version: number; readonly arn: string }
  removeParameter(name: string, home?: Home): void
  /** Denies an action (`secretsmanager:GetSecretValue`, `kms:Decrypt`, `sts:AssumeRole`) on a name or ARN of a role, or on everything. */
  deny(action: string, resource?: string): void
  allowAll(): void
  /** Of SQS; the name of one is the last part of its URL. */
  readonly queues: MessageQueues
  /** Roles assumed so far. */
  readonly sessions: readonly AssumedSession[]
}

export const DEFAULT_HOME: Home = { account: '111111111111', region: 'us-east-1' }

export const TEST_KEY: UserKey = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}

export async function startAwsEmulator(options: AwsEmulatorOptions = {}): Promise<AwsEmulator> {
  const state = {
    keys: new KeyRing(),
    vault: new SecretVault(),
    shelf: new ParameterShelf(),
    queues: new MessageQueues(),
    rules: new AccessRules(),
    roles: new Map((options.roles ?? []).map((role) => [role.arn, role])),
    sessions: [] as AssumedSession[],
    identityProviders: options.identityProviders ?? [],
    podIdentity: options.podIdentity,
    regions: new Set(options.regions ?? ['us-east-1', 'us-west-2', 'eu-central-1', 'eu-west-1']),
    sessionLifetimeMs: options.sessionLifetimeMs ?? 3_600_000,
    now: options.now ?? (() => Date.now()),
    batchPageSize: options.batchPageSize ?? 20,
    listingLagMs: options.listingLagMs ?? 0,
  }
  for (const key of options.keys ?? [TEST_KEY]) addUser(state.keys, key)
  const control = new CallControl(nativeFailures)
  const server = await listen(serviceApp(state, control), options.tls)

  return {
    url: options.tls ? `https://localhost:${server.port}` : `http://127.0.0.1:${server.port}`,
    control,
    close: () => server.close(),
    sessions: state.sessions,
    queues: state.queues,

    putSecret(name, content, { tags = {}, stages, home = DEFAULT_HOME } = {}) {
      const secret = state.vault.all(home).find((one) => one.name === name) ?? state.vault.create(name, home, state.now())
      const body = typeof content === 'string' ? { text: content } : { binary: Buffer.from(content) }
      const version = addVersion(secret, body, { ...(stages && { stages }), nowMs: state.now() })
      for (const [key, value] of Object.entries(tags)) secret.tags.set(key, value)
      return { versionId: version.id, arn: secret.arn }
    },

    scheduleDeletion(name, home = DEFAULT_HOME) {
      state.vault.find(name, home).deletionMs = state.now() + 30 * 86_400_000
    },

    putParameter(name, value, { type = 'String', tags = {}, labels = [], home = DEFAULT_HOME } = {}) {
      const version = state.shelf.put(name, home, { type, value, modifiedMs: state.now() })
      const parameter = state.shelf.find(name, home)
      for (const label of labels) version.labels.add(label)
      for (const [key, text] of Object.entries(tags)) parameter?.tags.set(key, text)
      return { version: version.version, arn: parameter?.arn ?? '' }
    },

    removeParameter: (name, home = DEFAULT_HOME) => state.shelf.remove(state.shelf.select(name, home).parameter),

    deny: (action, resource) => state.rules.deny(action, resource),
    allowAll: () => state.rules.allowAll(),
  }
}

function addUser(
  keys: KeyRing,
  { accessKeyId, secretAccessKey, account = DEFAULT_HOME.account, user = 'tester' }: UserKey,
): void {
  const principal = { arn: `arn:aws:iam::${account}:user/${user}`, account, transitiveTags: new Map<string, string>() }
  keys.add({ accessKeyId, secretAccessKey, principal })
}
