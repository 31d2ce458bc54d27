import { CONFIG_MAPS, SECRETS, SERVICE_ACCOUNTS } from '../../kube/core-resources.ts'
import type { KubeClient } from '../../kube/kube-client.ts'
import { isKubeError } from '../../kube/kube-error.ts'
import type { KubeObject, ObjectKey } from '../../kube/kube-object.ts'
import type { Resource } from '../../kube/resource.ts'
import type { Clock } from '../../model/clock.ts'
import { SecretValue } from '../../model/secret-value.ts'
import { KeptAnswers } from './kept-answers.ts'

interface SecretFacts {
  readonly data: ReadonlyMap<string, SecretValue>
  readonly labels: ReadonlyMap<string, string>
}

interface SecretData extends KubeObject {
  readonly data?: Readonly<Record<string, string>>
}

/** Tokens are asked for anew when so much of their life is over. */
const TOKEN_LIFE_USED = 0.8
/** What ESO asks for as well; the API server's least is 600. */
const TOKEN_SECONDS = 3_600

/**
 * Single objects of a cluster, looked up when somebody needs them and kept for a moment: a thousand ExternalSecrets of one store are one look at its
 * credentials. Undefined for what does not exist; rejects with KubeError.
 */
export class ClusterObjectReads {
  readonly #client: KubeClient
  readonly #secrets: KeptAnswers<SecretFacts | undefined>
  /** Of ConfigMaps the data, of ServiceAccounts the annotations. */
  readonly #texts: KeptAnswers<ReadonlyMap<string, string> | undefined>
  readonly #tokens: KeptAnswers<SecretValue>

  /** @param keepMs how long an answer serves, in milliseconds */
  constructor(client: KubeClient, clock: Clock, keepMs: number) {
    this.#client = client
    this.#secrets = new KeptAnswers(clock, keepMs)
    this.#texts = new KeptAnswers(clock, keepMs)
    this.#tokens = new KeptAnswers(clock, TOKEN_SECONDS * TOKEN_LIFE_USED * 1_000)
  }

  secret = async (namespace: string, name: string): Promise<ReadonlyMap<string, SecretValue> | undefined> =>
    (await this.#secret(namespace, name))?.data

  secretLabels = async (namespace: string, name: string): Promise<ReadonlyMap<string, string> | undefined> =>
    (await this.#secret(namespace, name))?.labels

  configMap = (namespace: string, name: string): Promise<ReadonlyMap<string, string> | undefined> =>
    this.#texts.once(`configmap ${namespace}/${name}`, async () => {
      const configMap = await this.#get<SecretData>(CONFIG_MAPS, { namespace, name })
      return configMap && new Map(Object.entries(configMap.data ?? {}))
    })

  serviceAccountAnnotations = (namespace: string, name: string): Promise<ReadonlyMap<string, string> | undefined> =>
    this.#texts.once(`serviceaccount ${namespace}/${name}`, async () => {
      const account = await this.#get<KubeObject>(SERVICE_ACCOUNTS, { namespace, name })
      return account && new Map(Object.entries(account.metadata.annotations ?? {}))
    })

  serviceAccountToken = (namespace: string, name: string, audiences: readonly string[]): Promise<SecretValue> =>
    this.#tokens.once(`${namespace}/${name} ${audiences.join(' ')}`, async () => {
      const { token } = await this.#client.requestToken({ namespace, name }, { audiences, expirationSeconds: TOKEN_SECONDS })
      return SecretValue.fromText(token)
    })

  #secret(namespace: string, name: string): Promise<SecretFacts | undefined> {
    return this.#secrets.once(`${namespace}/${name}`, async () => {
      const secret = await this.#get<SecretData>(SECRETS, { namespace, name })
      if (!secret) return undefined
      const data = Object.entries(secret.data ?? {}).map(
        ([key, text]) => [key, new SecretValue(Buffer.from(text, 'base64'))] as const,
      )
      return { data: new Map(data), labels: new Map(Object.entries(secret.metadata.labels ?? {})) }
    })
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
