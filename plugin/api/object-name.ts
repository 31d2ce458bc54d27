import { quoteName } from '../model/quote-name.ts'

const PLAIN = /^[\w.-]{1,200}$/

/** How messages call an object of a manifest, valid or not: `ExternalSecret default/database`, without a namespace `ExternalSecret database`. */
export function objectName(value: unknown): string {
  const kind = textOf(value, 'kind') ?? 'object'
  const metadata = fieldOf(value, 'metadata')
  const name = textOf(metadata, 'name')
  const namespace = textOf(metadata, 'namespace')
  if (name === undefined) return `${kind} without a name`
  return namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`
}

function textOf(value: unknown, field: string): string | undefined {
  const text = fieldOf(value, field)
  if (typeof text !== 'string' || text === '') return undefined
  return PLAIN.test(text) ? text : quoteName(text)
}

function fieldOf(value: unknown, field: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, field)) return undefined
  return Reflect.get(value, field)
}
