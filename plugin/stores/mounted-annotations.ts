import { SecretError } from '../model/secret-error.ts'
import type { SecretValue } from '../model/secret-value.ts'

/** The key of a mounted folder that holds the annotations of a ServiceAccount, beside its `token`. */
export const ANNOTATIONS_KEY = 'annotations'

/** As the API server checks it: a prefix and a slash, and a name. */
const LINE = /^((?:[a-z0-9.-]{1,253}\/)?[A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?)=(.*)$/

/**
 * The annotations of a ServiceAccount, written by the administrator: a line `NAME=VALUE` each. A value in double quotes is JSON, as the downward API
 * of Kubernetes writes it; empty lines and those that start with `#` are none. Throws SecretError InvalidSpec with the number of the line.
 */
export function mountedAnnotations(file: SecretValue): ReadonlyMap<string, string> {
  const annotations = new Map<string, string>()
  for (const [index, raw] of new TextDecoder().decode(file.reveal()).split('\n').entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const [, name, , text] = LINE.exec(line) ?? []
    const value = text?.startsWith('"') ? unquoted(text) : text
    if (name === undefined || value === undefined) throw unreadable(index + 1)
    annotations.set(name, value)
  }
  return annotations
}

/** `undefined` for what is no JSON string: the parser's own error would quote it. */
function unquoted(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}

function unreadable(line: number): SecretError {
  return new SecretError('InvalidSpec', `line ${line} of the mounted annotations of a ServiceAccount is no NAME=VALUE`, {
    remedy: 'write a line for each: eks.amazonaws.com/role-arn=arn:aws:iam::123456789012:role/reader',
  })
}
