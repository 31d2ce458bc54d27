import { asSecretError, SecretError } from '../../model/secret-error.ts'
import type { ChangeDetector, VersionOutcome, VersionQuery } from '../change-detector.ts'
import type { ParameterDirectoryApi, ParameterListPage } from './api.ts'
import type { DetectorOptions } from './detect-secrets-manager.ts'
import { isForbidden } from './grouped-reader.ts'
import type { ServiceCalls } from './service-calls.ts'

/** MaxResults, and Values of a filter (AWS API reference, DescribeParameters and ParameterStringFilter). */
const GROUP_SIZE = 50
/** Pages may come with less than they could, even nothing (AWS API reference, DescribeParameters); an endless answer is none. */
const MAX_PAGES = 200
/** Parameters of one's own account: what is named by ARN is shared by another one, and not described here. */
const OWN_NAME = /^[\w./-]+$/

const action = 'ssm:DescribeParameters'

type Versions = ReadonlyMap<string, ParameterListPage['found'][number]>

/** Versions and dates of up to 50 parameters a call. Of labels, older versions and tags DescribeParameters says nothing. */
export function parameterStoreDetector(
  api: ParameterDirectoryApi,
  { login, call }: ServiceCalls,
  { prefix, refusals }: DetectorOptions,
): Omit<ChangeDetector, 'close'> {
  async function describe(names: readonly string[], signal: AbortSignal): Promise<Versions> {
    const attempt = { action, target: `${names.length} parameters` }
    const versions = new Map<string, ParameterListPage['found'][number]>()
    let next: string | undefined
    for (let pages = 0; pages < MAX_PAGES; pages++) {
      const token = next
      const page = await call(attempt, (signal) => api.describeParameters(names, token, signal), signal)
      for (const parameter of page.found) versions.set(parameter.name, parameter)
      next = page.nextToken
      if (next === undefined) return versions
    }
    throw new SecretError('Unavailable', `the answer to ${action} has no end`, { lasting: true })
  }

  async function outcomesOf(names: readonly string[], signal: AbortSignal): Promise<readonly [string, VersionOutcome][]> {
    const all = (outcome: VersionOutcome): readonly [string, VersionOutcome][] => names.map((name) => [name, outcome])
    if (refusals.has(action)) return all({ state: 'unknown' })
    try {
      const versions = await describe(names, signal)
      return names.map((name) => [name, stateOf(versions.get(name))])
    } catch (thrown) {
      const error = asSecretError(thrown)
      if (!isForbidden(thrown)) return all({ state: 'failed', error })
      refusals.note(action, error)
      return all({ state: 'unknown' })
    }
  }

  return {
    lagMs: 0,
    comparable: true,
    batchSize: GROUP_SIZE,
    async versions(queries, signal) {
      if (queries.length === 0) return []
      await login(signal)
      const names = [...new Set(queries.filter(isTold).map(nameOf))]
      const groups = Array.from({ length: Math.ceil(names.length / GROUP_SIZE) }, (_, index) =>
        names.slice(index * GROUP_SIZE, (index + 1) * GROUP_SIZE),
      )
      const answers = await Promise.all(groups.map((group) => outcomesOf(group, signal)))
      const outcomes = new Map(answers.flat())
      return queries.map((query) => (isTold(query) && outcomes.get(nameOf(query))) || { state: 'unknown' })
    },
  }

  function nameOf({ key }: VersionQuery): string {
    return prefix + key
  }

  function isTold(query: VersionQuery): boolean {
    return !query.version && !query.metadata && OWN_NAME.test(nameOf(query))
  }
}

function stateOf(parameter: ParameterListPage['found'][number] | undefined): VersionOutcome {
  if (!parameter) return { state: 'absent' }
  const { version, changedAtMs } = parameter
  return { state: 'version', version, changedAtMs }
}
