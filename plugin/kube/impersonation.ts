import { SecretError } from '../model/secret-error.ts'

/** Header fields that have the API server take the caller for another; one that has several values is sent once for each. */
export type Impersonation = Readonly<Record<string, string | readonly string[]>>

interface Named {
  /** Of the user in the kubeconfig. */
  readonly user: string
  readonly files: string
}

/**
 * Whom a user of a kubeconfig acts as (kubeconfig v1, AuthInfo): `as` with `as-uid`, `as-groups` and `as-user-extra`. All of it is sent or nothing is: a name
 * without its groups has other rights. Throws SecretError InvalidSpec, as client-go does (clientcmd, validateAuthInfo) for what has no name.
 */
export function impersonationOf(fields: Readonly<Record<string, unknown>>, named: Named): Impersonation | undefined {
  const name = textOf(fields['as'], 'as', named)
  const uid = textOf(fields['as-uid'], 'as-uid', named)
  const groups = textsOf(fields['as-groups'], 'as-groups', named)
  const extra = extraOf(fields['as-user-extra'], named)
  if (name === undefined) {
    if (uid === undefined && groups.length + extra.length === 0) return undefined
    throw invalid(named, 'as-uid, as-groups or as-user-extra without as', 'say whom to impersonate (as), or remove them')
  }
  return {
    'Impersonate-User': name,
    ...(uid !== undefined && { 'Impersonate-Uid': uid }),
    ...(groups.length > 0 && { 'Impersonate-Group': groups }),
    ...Object.fromEntries(extra),
  }
}

function extraOf(value: unknown, named: Named): readonly (readonly [string, readonly string[]])[] {
  if (value === undefined || value === null) return []
  if (typeof value !== 'object' || Array.isArray(value)) throw malformed('as-user-extra', named)
  return Object.entries(value).flatMap(([key, values]) => {
    const texts = textsOf(values, 'as-user-extra', named)
    return texts.length === 0 ? [] : [[`Impersonate-Extra-${escapedName(key)}`, texts] as const]
  })
}

function textsOf(value: unknown, field: string, named: Named): readonly string[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw malformed(field, named)
  return value.map((one) => {
    if (typeof one !== 'string') throw malformed(field, named)
    return headerText(one, field, named)
  })
}

function textOf(value: unknown, field: string, named: Named): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value !== 'string') throw malformed(field, named)
  return headerText(value, field, named)
}

/** The bytes of UTF-8, as Go sends them; Node writes a character below 256 as the byte of that number. */
function headerText(text: string, field: string, named: Named): string {
  if (/\p{Cc}/u.test(text)) throw malformed(field, named)
  return Buffer.from(text, 'utf8').toString('latin1')
}

/** Bytes that the name of a header field may not have, and `%`, are percent-encoded (client-go, transport.headerKeyEscape). */
function escapedName(key: string): string {
  return Buffer.from(key, 'utf8')
    .toString('latin1')
    .replaceAll(/[^!#$&'*+\-.0-9A-Z^_`a-z|~]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
}

function malformed(field: string, named: Named): SecretError {
  return invalid(named, `${field} that cannot be sent`, `see that ${field} is what kubectl takes`)
}

function invalid({ user, files }: Named, problem: string, remedy: string): SecretError {
  return new SecretError('InvalidSpec', `${files} gives user ${JSON.stringify(user)} ${problem}`, { remedy })
}
