import { inspect } from 'node:util'
import { quoteName } from '../model/quote-name.ts'
import type { Option } from './option.ts'
import { UsageError } from './usage-error.ts'

/** Where an option's value may come from, the strongest first. */
export interface OptionSources {
  /** By flag name; a flag without a value is `true`. */
  readonly flags: Readonly<Record<string, string | boolean | undefined>>
  readonly environment: ReadonlyMap<string, string>
  /** The parsed configuration file. */
  readonly file: Readonly<Record<string, unknown>>
}

/** The option's value: flag, then environment, then file, then default. Throws UsageError that names the source and what is allowed. */
export function setting<T>(option: Option<T>, { flags, environment, file }: OptionSources): T {
  const candidates: readonly (readonly [string, unknown])[] = [
    [`--${option.name}`, flags[option.name]],
    [option.env ?? '', option.env === undefined ? undefined : environment.get(option.env) || undefined],
    [`${option.name} in the configuration file`, Object.hasOwn(file, option.name) ? file[option.name] : undefined],
  ]
  const given = candidates.find(([, value]) => value !== undefined)
  if (!given) return option.default
  const [source, value] = given
  const parsed = option.schema.safeParse(value)
  if (parsed.success) return parsed.data
  const reason = parsed.error.issues[0]?.message ?? 'not allowed'
  throw new UsageError(
    `${source}: ${quoteName(typeof value === 'string' ? value : inspect(value))} is not allowed: ${reason}`,
    `${option.name}: ${option.doc}`,
  )
}
