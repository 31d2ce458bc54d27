import { nearestName } from '../../api/nearest-name.ts'
import { authorOptions } from '../../config/author-options.ts'
import type { Option } from '../../config/option.ts'
import { delivery, timeout, workloadChecksums } from '../../config/options.ts'
import { quoteName } from '../../model/quote-name.ts'
import { SecretError } from '../../model/secret-error.ts'
import { type SourceParameters, sourceParameters } from '../source/source-parameters.ts'
import { listParameter, mapParameter, type PluginParameters, readPluginParameters, textParameter } from './plugin-parameters.ts'

/** What the Git author chose (R2): among what is allowed, or less. What they left open is `undefined`. */
export interface AuthorParameters {
  readonly delivery: 'inline' | 'passthrough' | undefined
  /** Of the whole render; counts only where it is lower than the administrator's ({@link narrowedTimeoutMs}). */
  readonly timeoutMs: number | undefined
  /** The names of the only stores that this render may use. */
  readonly stores: readonly string[] | undefined
  /** R14 */
  readonly workloadChecksums: 'annotated' | 'all' | undefined
  readonly source: SourceParameters
}

/**
 * Checks every parameter against its record in `config/`, and that there is a record for it. Throws SecretError InvalidSpec.
 * An `ARGOCD_ENV_` variable of another name is somebody else's: not an error.
 */
export function authorParameters(environment: ReadonlyMap<string, string>): AuthorParameters {
  const given = readPluginParameters(environment)
  for (const name of given.parameters.keys()) if (!authorOptions.some((option) => option.name === name)) throw unknown(name)
  for (const option of authorOptions) checked(option, given)
  return {
    delivery: checked(delivery, given),
    timeoutMs: checked(timeout, given),
    stores: listParameter(given, 'stores'),
    workloadChecksums: checked(workloadChecksums, given),
    source: sourceParameters(given),
  }
}

/** The render's limit in milliseconds: an author may only lower it (R2). */
export function narrowedTimeoutMs({ timeoutMs }: AuthorParameters, administratorMs: number): number {
  return timeoutMs === undefined ? administratorMs : Math.min(timeoutMs, administratorMs)
}

function checked<T>(option: Option<T>, given: PluginParameters): T | undefined {
  const value = valueOf(option, given)
  if (value === undefined || value === '') return undefined
  const parsed = option.schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new SecretError(
    'InvalidSpec',
    `plugin parameters: ${quoteName(option.name)} is not allowed: ${parsed.error.issues[0]?.message ?? 'not allowed'}`,
    { remedy: `${option.name}: ${option.doc}` },
  )
}

function valueOf({ name, collection }: Option<unknown>, given: PluginParameters): unknown {
  if (collection === 'array') return listParameter(given, name)
  if (collection === 'map') return mapParameter(given, name)
  return textParameter(given, name)
}

function unknown(name: string): SecretError {
  const known = authorOptions.map((option) => option.name)
  const nearest = nearestName(name, known)
  return new SecretError('InvalidSpec', `plugin parameters: ${quoteName(name)} is unknown`, {
    remedy: nearest === undefined ? `known are ${known.join(', ')}` : `did you mean ${nearest}?`,
  })
}
