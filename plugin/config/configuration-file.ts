import { readFile } from 'node:fs/promises'
import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'
import type { Option } from './option.ts'
import { UsageError } from './usage-error.ts'

/**
 * Reads `--config FILE`: a YAML or JSON map of option names to values. Unknown names are an error, since a typing mistake would silently keep a default.
 * `parse` is the stream's reader, given by the caller.
 */
export async function readConfigurationFile(
  file: string,
  options: readonly Option<unknown>[],
  parse: (text: string) => unknown,
): Promise<Readonly<Record<string, unknown>>> {
  const value = parsed(file, await textOf(file), parse)
  if (value === undefined || value === null) return {}
  if (typeof value !== 'object' || Array.isArray(value)) throw invalid(file, 'expected a map of option names to values')
  const known = new Set(options.map((option) => option.name))
  const unknown = Object.keys(value).find((name) => !known.has(name))
  if (unknown !== undefined) throw invalid(file, `unknown option ${quoteName(unknown)}, known are ${[...known].join(', ')}`)
  return { ...value }
}

function parsed(file: string, text: string, parse: (text: string) => unknown): unknown {
  try {
    return parse(text)
  } catch (thrown) {
    if (!(thrown instanceof SecretError)) throw thrown
    throw invalid(`${file}:${thrown.place.line ?? 1}`, thrown.message)
  }
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch {
    throw invalid(file, 'cannot be read')
  }
}

function invalid(file: string, message: string): UsageError {
  return new UsageError(`${file}: ${message}`, 'see --help for the options')
}
