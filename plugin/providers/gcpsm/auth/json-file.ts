import { SecretError } from '../../../model/secret-error.ts'

/** A credential file of Google's: a JSON object with a `type`. */
export interface CredentialFile {
  readonly type: string
  /** Throws SecretError InvalidSpec when the member is missing or no text. */
  text(name: string): string
  optionalText(name: string): string | undefined
  optionalObject(name: string): Readonly<Record<string, unknown>> | undefined
}

/** `what` names the file for its reader: `the key in Secret "gcp"`. Throws SecretError InvalidSpec, which quotes nothing of the text. */
export function parseCredentialFile(text: string, what: string, field?: string): CredentialFile {
  const file = parseObject(text)
  const invalid = (problem: string): SecretError =>
    new SecretError('InvalidSpec', `${what} ${problem}`, {
      ...(field !== undefined && { place: { field } }),
      remedy: 'use the JSON file as Google Cloud gave it',
    })
  if (!file) throw invalid('is no JSON object')
  return credentialFile(file, invalid)
}

/** The same for an object inside of a file. */
export function credentialFile(
  file: Readonly<Record<string, unknown>>,
  invalid: (problem: string) => SecretError,
): CredentialFile {
  const optionalText = (name: string): string | undefined => {
    const value = file[name]
    if (value === undefined || value === null || value === '') return undefined
    if (typeof value !== 'string') throw invalid(`has a "${name}" that is no text`)
    return value
  }
  const text = (name: string): string => {
    const value = optionalText(name)
    if (value === undefined) throw invalid(`has no "${name}"`)
    return value
  }
  return { type: text('type'), text, optionalText, optionalObject: (name) => asObject(file[name]) }
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return asObject(JSON.parse(text))
  } catch {
    return undefined
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return isObject(value) ? value : undefined
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
