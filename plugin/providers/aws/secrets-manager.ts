import { errorPolicy } from '../../model/error-policy.ts'
import { quoteName } from '../../model/quote-name.ts'
import type { RemoteRef } from '../../model/remote-ref.ts'
import { SecretError } from '../../model/secret-error.ts'
import type { Outcome, SecretReader } from '../secret-reader.ts'
import type { BatchPage, SecretRequest, SecretsManagerApi, StoredSecret } from './api.ts'
import { AwsFailure } from './aws-failure.ts'
import { explain } from './explain.ts'
import { groupedReader, isForbidden } from './grouped-reader.ts'
import type { ReaderOptions, ServiceCalls } from './service-calls.ts'
import { tagsSecret } from './tags-secret.ts'

/** SecretIdList (AWS API reference, BatchGetSecretValue). */
const GROUP_SIZE = 20
/** A version that is an id, not a stage (external-secrets.md 7.1). */
const ID_PREFIX = 'uuid/'

const groupAction = 'secretsmanager:BatchGetSecretValue'
const readAction = 'secretsmanager:GetSecretValue'
const tagsAction = 'secretsmanager:DescribeSecret'

/** A policy without BatchGetSecretValue costs one refusal, then every secret is read by GetSecretValue for the rest of the reader's life. */
export function secretsManagerReader(
  api: SecretsManagerApi,
  { login, call }: ServiceCalls,
  { prefix, nameBytes }: ReaderOptions,
): Pick<SecretReader, 'fetch'> {
  let batchIsForbidden = false
  const idOf = (ref: RemoteRef): string => prefix + ref.key

  async function readGroup(refs: readonly RemoteRef[], signal: AbortSignal): Promise<ReadonlyMap<RemoteRef, Outcome>> {
    const answers = await readBatch(refs.map(idOf), signal).catch((thrown: unknown) => {
      batchIsForbidden ||= isForbidden(thrown)
      throw thrown
    })
    return new Map(
      refs.flatMap((ref) => {
        const outcome = answers.outcomeOf(idOf(ref))
        return outcome ? [[ref, outcome]] : []
      }),
    )
  }

  async function readBatch(ids: readonly string[], signal: AbortSignal): Promise<BatchAnswers> {
    const attempt = { action: groupAction, target: `${ids.length} secrets` }
    const answers = new BatchAnswers()
    let next: string | undefined
    // Each page answers for one id at least; more pages than ids would be an endless answer.
    for (let pages = 0; pages < ids.length; pages++) {
      const token = next
      const page = await call(attempt, (signal) => api.batchGetSecretValue(ids, token, signal), signal)
      answers.add(page)
      next = page.nextToken
      if (!next) break
    }
    return answers
  }

  async function readOne(ref: RemoteRef, signal: AbortSignal): Promise<Outcome> {
    const id = idOf(ref)
    if (!id) throw new SecretError('InvalidSpec', 'the key is empty', { remedy: 'name the secret in remoteRef.key' })
    if (ref.part === 'metadata') {
      const attempt = { action: tagsAction, target: titleOf(id) }
      return tagsSecret(await call(attempt, (signal) => api.describeTags(id, signal), signal), nameBytes)
    }
    const attempt = { action: readAction, target: titleOf(id, ref.version) }
    const request = requestFor(id, ref.version)
    return valueOutcome(await call(attempt, (signal) => api.getSecretValue(request, signal), signal), id)
  }

  return groupedReader({ groupSize: GROUP_SIZE, login, groupIsForbidden: () => batchIsForbidden, readGroup, readOne })
}

/** All pages of one batch. AWS names what it found by ARN and name, what failed by the id that was asked. */
class BatchAnswers {
  readonly #failures = new Map<string, string>()
  readonly #found = new Map<string, StoredSecret>()

  add({ found, failed }: BatchPage): void {
    for (const secret of found) {
      // An ARN may be asked for without its random end (AWS API reference, SecretId); what has that as its whole name or ARN wins.
      const shortArn = secret.arn.replace(/-[A-Za-z0-9]{6}$/, '')
      if (!this.#found.has(shortArn)) this.#found.set(shortArn, secret)
      this.#found.set(secret.arn, secret).set(secret.name, secret)
    }
    for (const { id, code } of failed) this.#failures.set(id, code)
  }

  /** `undefined` for what was not answered for, or fails only for the moment. */
  outcomeOf(id: string): Outcome | undefined {
    const found = this.#found.get(id)
    if (found) return valueOutcome(found, id)
    const code = this.#failures.get(id)
    if (code === undefined) return undefined
    const error = explain(new AwsFailure(code), { action: readAction, target: titleOf(id) })
    return errorPolicy[error.kind].retryCall ? undefined : { ok: false, error }
  }
}

function requestFor(id: string, version: string | undefined): SecretRequest {
  if (!version) return { id }
  return version.startsWith(ID_PREFIX) ? { id, versionId: version.slice(ID_PREFIX.length) } : { id, stage: version }
}

function valueOutcome({ value, versionId }: StoredSecret, id: string): Outcome {
  if (value) return { ok: true, secret: { value, version: versionId } }
  return {
    ok: false,
    error: new SecretError('Unavailable', `${titleOf(id)} has neither text nor bytes`, {
      lasting: true,
      remedy: 'put a value into it',
    }),
  }
}

function titleOf(id: string, version?: string): string {
  return `the secret ${quoteName(id)}${version ? ` in version ${quoteName(version)}` : ''}`
}
