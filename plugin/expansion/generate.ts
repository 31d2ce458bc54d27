import { rotationOf } from '../api/annotations.ts'
import { fieldName } from '../model/field-path.ts'
import type { GeneratorFact } from '../model/generator-fact.ts'
import { asSecretError, SecretError } from '../model/secret-error.ts'
import type { SecretValue } from '../model/secret-value.ts'
import { shownFile } from '../model/shown-file.ts'
import type { ExpansionWarning } from './expansion-warning.ts'
import type { ExternalSecretInput } from './external-secret-input.ts'
import type { StoreReads } from './fetch.ts'
import { generatorStreams } from './generator-streams.ts'
import type { Plan, PlannedGeneration } from './plan.ts'
import type { RandomTools } from './randomness.ts'
import { untilAborted } from './until-aborted.ts'

export type Generation =
  | { readonly ok: true; readonly values: ReadonlyMap<string, SecretValue>; readonly state?: unknown }
  | { readonly ok: false; readonly error: SecretError }

/** What each entry with a generator got; those that are missing were not asked. */
export type Generations = ReadonlyMap<PlannedGeneration, Generation>

/** How many are asked at once, in a whole render. */
const CONCURRENCY = 8

/**
 * Asks the generator of each entry once, in the order of the entries of an ExternalSecret. After a store that could not be read none is asked:
 * what they make lasts, and would be for nothing. Never throws.
 */
export async function generateAll(
  { wanted }: Pick<Plan, 'wanted'>,
  reads: ReadonlyMap<string, StoreReads>,
  seed: RandomTools['seed'],
  signal: AbortSignal,
): Promise<Generations> {
  const generations = new Map<PlannedGeneration, Generation>()
  if (reads.values().some((store) => !store.ok)) return generations
  const waiting = [...wanted].filter(([, entries]) => entries.some(({ generatorRef }) => generatorRef)).values()

  async function work(): Promise<void> {
    for (const [input, entries] of waiting) {
      for (const entry of entries) {
        if (entry.generatorRef) generations.set(entry, await generated(input, entry, seed, signal))
      }
    }
  }

  await Promise.all(Array.from({ length: CONCURRENCY }, work))
  return generations
}

async function generated(
  input: ExternalSecretInput,
  entry: PlannedGeneration,
  seed: RandomTools['seed'],
  signal: AbortSignal,
): Promise<Generation> {
  try {
    const making = () => entry.generator.generate(seed && streamsOf(input, entry, seed), signal)
    return { ok: true, ...(await untilAborted(making, signal, tooLate)) }
  } catch (thrown) {
    return { ok: false, error: failureOf(asSecretError(thrown), entry) }
  }
}

function streamsOf(
  { namespace, resource }: ExternalSecretInput,
  { generatorRef: { kind, name }, occurrence }: PlannedGeneration,
  { project, value }: NonNullable<RandomTools['seed']>,
): ReturnType<typeof generatorStreams> {
  const object = resource.metadata.name
  return generatorStreams(value, { project, namespace, object, kind, name, occurrence, rotation: rotationOf(resource) })
}

/** The failure at the entry that asked; the field of the generator is in its words, since the place is the ExternalSecret's. */
function failureOf(error: SecretError, { generator, path }: PlannedGeneration): SecretError {
  const { file, line, field } = error.place
  const where = [field, file === undefined ? undefined : `${shownFile(file)}:${line ?? 1}`].filter((part) => part !== undefined)
  const named = where.length > 0 ? `${generator.name} (${where.join(', ')})` : generator.name
  return new SecretError(error.kind, `${named} could not generate: ${error.message}`, {
    place: { field: fieldName([...path, 'sourceRef', 'generatorRef']) },
    ...(error.remedy !== undefined && { remedy: error.remedy }),
    ...(error.lasting && { lasting: true }),
    ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
  })
}

function tooLate(): SecretError {
  return new SecretError('Deadline', 'the time given for the whole render was over', {
    remedy: 'raise --timeout, or see why it is slow',
  })
}

/** What made values, also for ExternalSecrets that failed afterwards: each generator once for each of them. */
export function generatorFacts({ wanted }: Pick<Plan, 'wanted'>, generations: Generations): readonly GeneratorFact[] {
  return [...wanted].flatMap(([{ namespace, resource }, entries]) => {
    const asked = entries.flatMap((entry) => (entry.generatorRef && generations.get(entry)?.ok ? [entry.generator.name] : []))
    const externalSecret = `${namespace}/${resource.metadata.name}`
    return [...new Set(asked)].map((generator) => ({ externalSecret, generator }))
  })
}

/** Entries of an ExternalSecret that give something else with the next render. */
export function generatorWarnings(
  { place }: ExternalSecretInput,
  generations: readonly PlannedGeneration[],
  seed: RandomTools['seed'],
): readonly ExpansionWarning[] {
  return generations.flatMap(({ generator: { name, stability }, path }) => {
    if (stability === 'constant' || (stability === 'derived' && seed)) return []
    const rest =
      stability === 'derived'
        ? 'name a file of secret random bytes with --seed-file'
        : 'with a seed as well, and is refused in Argo CD; let External Secrets Operator make it (delivery: passthrough)'
    const field = fieldName([...path, 'sourceRef', 'generatorRef'])
    return [{ place: { ...place, field }, message: `${name} gives another value with every render; ${rest}` }]
  })
}
