import { quoteName } from '../../model/quote-name.ts'
import { SecretError } from '../../model/secret-error.ts'

/** What one entry of `plugin.parameters` holds: `string`, `array` or `map`. */
export type ParameterValue = string | readonly string[] | Readonly<Record<string, string>>

/** The words of the Git author in a request (argocd.md 1.4), not yet judged. Parameters win over variables. */
export interface PluginParameters {
  readonly parameters: ReadonlyMap<string, ParameterValue>
  /** `ARGOCD_ENV_HELM_VALUES` as `helm-values`. Argo CD passes on empty ones; they count as absent. */
  readonly variables: ReadonlyMap<string, string>
}

const VARIABLE = /^ARGOCD_ENV_([A-Z0-9_]+)$/

/** Reads `ARGOCD_APP_PARAMETERS` and `ARGOCD_ENV_*`. Without a schema library: the client runs it as well. Throws SecretError InvalidSpec. */
export function readPluginParameters(environment: ReadonlyMap<string, string>): PluginParameters {
  const parameters = new Map<string, ParameterValue>()
  for (const entry of listed(environment.get('ARGOCD_APP_PARAMETERS') ?? '')) {
    if (!isRecord(entry) || typeof entry['name'] !== 'string') throw invalid('a parameter without a name')
    const value = valueOf(entry['name'], entry)
    if (parameters.has(entry['name'])) throw invalid(`${quoteName(entry['name'])} is given twice`)
    if (value !== undefined) parameters.set(entry['name'], value)
  }
  const variables = new Map<string, string>()
  for (const [name, value] of environment) {
    const own = VARIABLE.exec(name)?.[1]
    if (own !== undefined && value !== '') variables.set(own.toLowerCase().replaceAll('_', '-'), value)
  }
  return { parameters, variables }
}

/** One text. Throws SecretError InvalidSpec for a list or a map. */
export function textParameter(given: PluginParameters, name: string): string | undefined {
  const value = given.parameters.get(name) ?? given.variables.get(name)
  if (value !== undefined && typeof value !== 'string') throw invalid(`${quoteName(name)} takes one text (string:)`)
  return value
}

/** `true` or `false`; false without it. Throws SecretError InvalidSpec. */
export function flagParameter(given: PluginParameters, name: string): boolean {
  const value = textParameter(given, name) ?? 'false'
  if (value !== 'true' && value !== 'false') throw invalid(`${quoteName(name)} is true or false`)
  return value === 'true'
}

/** A list; a variable holds one entry a line, or several with commas between. Throws SecretError InvalidSpec for a text or a map. */
export function listParameter(given: PluginParameters, name: string): readonly string[] | undefined {
  const value = given.parameters.get(name)
  if (value === undefined) return given.variables.get(name)?.split(/[\n,]/).flatMap(trimmed)
  if (!isList(value)) throw invalid(`${quoteName(name)} takes a list (array:)`)
  return value
}

/** A map; a variable holds one `name=value` a line. Throws SecretError InvalidSpec for a text or a list. */
export function mapParameter(given: PluginParameters, name: string): Readonly<Record<string, string>> | undefined {
  const value = given.parameters.get(name)
  if (value === undefined) {
    const lines = given.variables.get(name)?.split('\n').flatMap(trimmed)
    return lines && Object.fromEntries(lines.map((line) => pair(name, line)))
  }
  if (typeof value === 'string' || isList(value)) throw invalid(`${quoteName(name)} takes a map (map:)`)
  return value
}

function pair(name: string, line: string): readonly [string, string] {
  const at = line.indexOf('=')
  if (at < 1) throw invalid(`the variable of ${quoteName(name)} takes lines of name=value`)
  return [line.slice(0, at), line.slice(at + 1)]
}

/** `null` is what Argo CD sends for a plugin section without parameters. */
function listed(json: string): readonly unknown[] {
  if (json.trim() === '') return []
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    throw invalid('ARGOCD_APP_PARAMETERS is not JSON')
  }
  if (value === null) return []
  if (!Array.isArray(value)) throw invalid('ARGOCD_APP_PARAMETERS is not a list')
  return value
}

function valueOf(name: string, entry: Readonly<Record<string, unknown>>): ParameterValue | undefined {
  const given = ['string', 'array', 'map'].flatMap((field) => {
    const value = entry[field]
    return value === undefined || value === null ? [] : [value]
  })
  if (given.length > 1) throw invalid(`${quoteName(name)} has more than one of string, array and map`)
  const [value] = given
  if (value === undefined) return undefined
  if (typeof value === 'string') return checkedTexts(name, [value])[0]
  if (Array.isArray(value)) return checkedTexts(name, value)
  if (!isRecord(value)) throw invalid(`${quoteName(name)} holds something else than texts`)
  const keys = checkedTexts(name, Object.keys(value))
  const texts = checkedTexts(name, Object.values(value))
  return Object.fromEntries(keys.map((key, at) => [key, texts[at] ?? '']))
}

/** A tool's arguments end at a NUL. */
function checkedTexts(name: string, values: readonly unknown[]): readonly string[] {
  if (!isTexts(values)) throw invalid(`${quoteName(name)} holds something else than texts`)
  if (values.some((text) => text.includes('\0'))) throw invalid(`${quoteName(name)} holds a NUL character`)
  return values
}

function isList(value: ParameterValue): value is readonly string[] {
  return Array.isArray(value)
}

function isTexts(values: readonly unknown[]): values is readonly string[] {
  return values.every((value) => typeof value === 'string')
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function trimmed(text: string): readonly string[] {
  const kept = text.trim()
  return kept === '' ? [] : [kept]
}

function invalid(what: string): SecretError {
  return new SecretError('InvalidSpec', `plugin parameters: ${what}`, {
    remedy: 'see spec.source.plugin of the Application, and .argocd-source.yaml in its folder',
  })
}
