import { quoteName } from '../../model/quote-name.ts'
import type { RemoteRef } from '../../model/remote-ref.ts'
import { SecretError } from '../../model/secret-error.ts'
import type { Outcome, SecretReader } from '../secret-reader.ts'
import type { ParameterPage, ParameterStoreApi, StoredParameter } from './api.ts'
import { AwsFailure } from './aws-failure.ts'
import { explain } from './explain.ts'
import { groupedReader, isForbidden } from './grouped-reader.ts'
import type { ReaderOptions, ServiceCalls } from './service-calls.ts'
import { tagsSecret } from './tags-secret.ts'

/** Names (AWS API reference, GetParameters). */
const GROUP_SIZE = 10

/**
 * A well-formed name or ARN without a selector (Systems Manager User Guide, "Requirements and constraints for parameter names").
 * Only of such a name does "invalid" in an answer of GetParameters mean that there is no parameter.
 */
const PLAIN_NAME = /^(arn:[\w-]+:ssm:[\w-]*:\d*:parameter)?[\w./-]+$/

const groupAction = 'ssm:GetParameters'
const readAction = 'ssm:GetParameter'
const tagsAction = 'ssm:ListTagsForResource'

/**
 * Reads versions by GetParameter: GetParameters does not tell a version that is missing from a parameter that is, and only the latter
 * may make a Secret lose a key (external-secrets.md 7.1). A policy may allow one of the two actions only; current values are read with either.
 */
export function parameterStoreReader(
  api: ParameterStoreApi,
  { login, call }: ServiceCalls,
  { prefix, nameBytes }: ReaderOptions,
): Pick<SecretReader, 'fetch'> {
  let groupIsForbidden = false
  const nameOf = (ref: RemoteRef): string => prefix + ref.key

  async function readGroup(refs: readonly RemoteRef[], signal: AbortSignal): Promise<ReadonlyMap<RemoteRef, Outcome>> {
    const names = refs.map(nameOf)
    const [first = ''] = names
    const attempt = { action: groupAction, target: names.length === 1 ? titleOf(first) : `${names.length} parameters` }
    const answers = answersOf(await call(attempt, (signal) => api.getParameters(names, signal), signal))
    return new Map(
      refs.flatMap((ref) => {
        const outcome = answers.get(nameOf(ref))
        return outcome ? [[ref, outcome]] : []
      }),
    )
  }

  async function readOne(ref: RemoteRef, signal: AbortSignal): Promise<Outcome> {
    const name = nameOf(ref)
    if (!name) throw new SecretError('InvalidSpec', 'the key is empty', { remedy: 'name the parameter in remoteRef.key' })
    if (ref.part === 'metadata') {
      const attempt = { action: tagsAction, target: titleOf(name) }
      return tagsSecret(await call(attempt, (signal) => api.listTags(name, signal), signal), nameBytes)
    }
    if (ref.version) return await getParameter(`${name}:${ref.version}`, signal)
    return groupIsForbidden || !PLAIN_NAME.test(name) ? await getParameter(name, signal) : await readByEither(ref, signal)
  }

  async function readByEither(ref: RemoteRef, signal: AbortSignal): Promise<Outcome> {
    try {
      const answer = await readGroup([ref], signal)
      return answer.get(ref) ?? (await getParameter(nameOf(ref), signal))
    } catch (thrown) {
      if (!isForbidden(thrown)) throw thrown
      const outcome = await getParameter(nameOf(ref), signal)
      groupIsForbidden = true
      return outcome
    }
  }

  async function getParameter(name: string, signal: AbortSignal): Promise<Outcome> {
    const attempt = { action: readAction, target: titleOf(name) }
    return valueOutcome(await call(attempt, (signal) => api.getParameter(name, signal), signal))
  }

  return groupedReader({ groupSize: GROUP_SIZE, login, groupIsForbidden: () => groupIsForbidden, readGroup, readOne })
}

/**
 * By the names that were asked: a parameter's own or its ARN, with the selector that was part of it. Left out is what is called invalid for
 * its version or form, perhaps: GetParameter tells.
 */
function answersOf({ found, invalid }: ParameterPage): ReadonlyMap<string, Outcome> {
  const missing = invalid
    .filter((name) => PLAIN_NAME.test(name))
    .map((name): [string, Outcome] => {
      const error = explain(new AwsFailure('ParameterNotFound'), { action: groupAction, target: titleOf(name) })
      return [name, { ok: false, error }]
    })
  const present = found.flatMap((parameter) => {
    const outcome = valueOutcome(parameter)
    return [parameter.name, parameter.arn].map((name): [string, Outcome] => [name + parameter.selector, outcome])
  })
  return new Map([...missing, ...present])
}

function valueOutcome({ value, version }: StoredParameter): Outcome {
  return { ok: true, secret: { value, version } }
}

function titleOf(name: string): string {
  return `the parameter ${quoteName(name)}`
}
