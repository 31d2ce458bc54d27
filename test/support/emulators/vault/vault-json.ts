/** A number as it was spelled; Vault's API layer keeps it so, its KV version 1 too. */
export class NumberText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export type VaultJson = null | boolean | string | NumberText | readonly VaultJson[] | VaultObject
export interface VaultObject {
  readonly [key: string]: VaultJson | undefined
}

type SourceReviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown
const parse = JSON.parse as (text: string, reviver: SourceReviver) => unknown

/** Reads a request's body as Vault does (Go, json.Decoder.UseNumber). Throws SyntaxError. */
export function readVaultJson(text: string): VaultJson {
  return parse(text, (_key, value, context) =>
    typeof value === 'number' ? new NumberText(context.source ?? String(value)) : value,
  ) as VaultJson
}

/** What a body without JSON means: no fields. */
export function readFields(text: string): VaultObject {
  const value = text.trim() === '' ? {} : readVaultJson(text)
  if (!isObject(value)) throw new SyntaxError('not an object')
  return value
}

export function isObject(value: VaultJson | undefined): value is VaultObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberText)
}

/** Writes as Go's encoding/json does: keys by their bytes, `<`, `>`, `&` and the two line separators escaped. */
export function writeVaultJson(value: VaultJson | undefined): string {
  if (value === undefined || value === null) return 'null'
  if (value instanceof NumberText) return value.text
  if (typeof value === 'string') return writeString(value)
  if (typeof value === 'boolean') return String(value)
  if (isObject(value)) {
    const keys = Object.keys(value).filter((key) => value[key] !== undefined)
    keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    return `{${keys.map((key) => `${writeString(key)}:${writeVaultJson(value[key])}`).join(',')}}`
  }
  return `[${value.map(writeVaultJson).join(',')}]`
}

function writeString(text: string): string {
  return JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** The numbers of KV version 2, which keeps them as float64: digits beyond that are lost. */
export function asFloats(value: VaultJson): VaultJson {
  if (value instanceof NumberText) return new NumberText(String(Number(value.text)))
  if (Array.isArray(value)) return (value as readonly VaultJson[]).map(asFloats)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asFloats(item ?? null)]))
}

export function count(value: number): NumberText {
  return new NumberText(String(value))
}
