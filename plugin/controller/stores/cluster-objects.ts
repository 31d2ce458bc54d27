import { CONFIG_MAPS, SECRETS, SERVICE_ACCOUNTS } from '../../kube/core-resources.ts'
import type { KubeClient } from '../../kube/kube-client.ts'
import { isKubeError } from '../../kube/kube-error.ts'
import type { KubeObject, ObjectKey } from '../../kube/kube-object.ts'
import type { Resource } from '../../kube/resource.ts'
import type { Clock } from '../../model/clock.ts'
import { SecretValue } from '../../model/secret-value.ts'
import { type Asking, KeptAnswers } from './kept-answers.ts'

/** How old an answer may be. */
export type FreshAsking = Pick<Asking<never>, 'notBeforeMs'>

interface SecretFacts {
  readonly data: ReadonlyMap<string, SecretValue>
  readonly labels: ReadonlyMap<string, string>
}

interface SecretData extends KubeObject {
  readonly data?: Readonly<Record<string, string>>
}

/** Tokens are asked for anew when so much of their life is over. */
const TOKEN_LIFE_USED = 0.8
/** What ESO asks for as well; the API server's least is 600, and it may give less than is asked for. */
const TOKEN_SECONDS = 3_600
/** However short it lives by a clock that is not the API server's, a token is not asked for again before. */
const LEAST_TOKEN_MS = 30_000

interface AccountFacts {
  readonly uid: string | undefined
  readonly annotations: ReadonlyMap<string, string>
}

interface AccountToken {
  readonly token: SecretValue
  readonly servesMs: number
}

/**
 * Single objects of a cluster, looked up when somebody needs them and kept for a moment: a thousand ExternalSecrets of one store are one look at its
 * credentials. Undefined for what does not exist; rejects with KubeError.
 */
export class ClusterObjectReads {
  readonly #client: KubeClient
  readonly #secrets: KeptAnswers<SecretFacts | undefined>
  readonly #configMaps: KeptAnswers<ReadonlyMap<string, string> | undefined>
  readonly #accounts: KeptAnswers<AccountFacts | undefined>
  readonly #tokens: KeptAnswers<AccountToken>
  readonly #clock: Clock

  /** @param keepMs how long an answer serves, in milliseconds */
  constructor(client: KubeClient, clock: Clock, keepMs: number) {
    this.#client = client
    this.#clock = clock
    this.#secrets = new KeptAnswers(clock, keepMs)
    this.#configMaps = new KeptAnswers(clock, keepMs)
    this.#accounts = new KeptAnswers(clock, keepMs)
    this.#tokens = new KeptAnswers(clock, TOKEN_SECONDS * TOKEN_LIFE_USED * 1_000)
  }

  /** `asking` may refuse what was looked up before. */
  secret = async (
    namespace: string,
    name: string,
    asking: FreshAsking = {},
  ): Promise<ReadonlyMap<string, SecretValue> | undefined> => (await this.#secret(namespace, name, asking))?.data

  secretLabels = async (namespace: string, name: string): Promise<ReadonlyMap<string, string> | undefined> =>
    (await this.#secret(namespace, name, {}))?.labels

  configMap = (namespace: string, name: string, asking: FreshAsking = {}): Promise<ReadonlyMap<string, string> | undefined> => {
    const look = async (): Promise<ReadonlyMap<string, string> | undefined> => {
      const configMap = await this.#get<SecretData>(CONFIG_MAPS, { namespace, name })
      return configMap && new Map(Object.entries(configMap.data ?? {}))
    }
    return this.#configMaps.once(`${namespace}/${name}`, look, asking)
  }

  serviceAccountAnnotations = async (namespace: string, name: string): Promise<ReadonlyMap<string, string> | undefined> =>
    (await this.#account(namespace, name))?.annotations

  /**
   * Of this very account: one that was deleted and made again is another, and what the former had is worth nothing. Who may make tokens and not look at
   * accounts gets it by name.
   */
  serviceAccountToken = async (namespace: string, name: string, audiences: readonly string[]): Promise<SecretValue> => {
    const uid = await this.#account(namespace, name).then(
      (account) => account?.uid ?? '',
      (thrown: unknown) => {
        if (isKubeError(thrown, 'Forbidden')) return ''
        throw thrown
      },
    )
    const { token } = await this.#tokens.once(
      `${namespace}/${name} ${uid} ${audiences.join(' ')}`,
      () => this.#requestToken({ namespace, name }, audiences),
      { servesMs: ({ servesMs }) => servesMs },
    )
    return token
  }

  async #requestToken(account: ObjectKey, audiences: readonly string[]): Promise<AccountToken> {
    const { token, expiresAt } = await this.#client.requestToken(account, { audiences, expirationSeconds: TOKEN_SECONDS })
    const lifeMs = Number.isFinite(expiresAt) ? expiresAt - this.#clock.now() : TOKEN_SECONDS * 1_000
    return { token: SecretValue.fromText(token), servesMs: Math.max(LEAST_TOKEN_MS, lifeMs * TOKEN_LIFE_USED) }
  }

  #account(namespace: string, name: string): Promise<AccountFacts | undefined> {
    return this.#accounts.once(`${namespace}/${name}`, async () => {
      const account = await this.#get<KubeObject>(SERVICE_ACCOUNTS, { namespace, name })
      return account && { uid: account.metadata.uid, annotations: new Map(Object.entries(account.metadata.annotations ?? {})) }
    })
  }

  #secret(namespace: string, name: string, asking: FreshAsking): Promise<SecretFacts | undefined> {
    const look = async (): Promise<SecretFacts | undefined> => {
      const secret = await this.#get<SecretData>(SECRETS, { namespace, name })
      if (!secret) return undefined
      const data = Object.entries(secret.data ?? {}).map(
        ([key, text]) => [key, new SecretValue(Buffer.from(text, 'base64'))] as const,
      )
      return { data: new Map(data), labels: new Map(Object.entries(secret.metadata.labels ?? {})) }
    }
    return this.#secrets.once(`${namespace}/${name}`, look, asking)
  }

  async #get<T extends KubeObject>(resource: Resource, key: ObjectKey): Promise<T | undefined> {
    try {
      return await this.#client.get<T>(resource, key)
    } catch (thrown) {
      if (isKubeError(thrown, 'NotFound')) return undefined
      throw thrown
    }
  }
}
