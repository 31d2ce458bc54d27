import { SecretError } from '../model/secret-error.ts'
import type { SecretValue } from '../model/secret-value.ts'
import type { SecretKeySelector, ServiceAccountSelector } from '../providers/credential-source.ts'
import type { GeneratorContext } from './generator.ts'

/** `S{}` as a generator may have it. */
export type KeySelector = Omit<SecretKeySelector, 'key'> & { readonly key?: string | undefined }

type Credentials = Pick<GeneratorContext, 'credentials'>

/** What the key of a Secret holds, as text. Throws SecretError InvalidSpec. */
export async function secretText(selector: KeySelector, field: string, { credentials }: Credentials): Promise<string> {
  const { key } = selector
  if (key === undefined) {
    throw new SecretError('InvalidSpec', 'the key of the Secret is missing', {
      place: { field: `${field}.key` },
      remedy: 'name the key',
    })
  }
  return textOf(await credentials.secretKey({ ...selector, key }, field))
}

/** The same of a token: without the white space around it that files tend to end in, and fit for a header. Throws SecretError InvalidSpec. */
export async function secretToken(selector: KeySelector, field: string, context: Credentials): Promise<string> {
  return tokenIn(await secretText(selector, field, context), field)
}

/** A token of the account. Throws SecretError InvalidSpec. */
export async function accountToken(
  selector: ServiceAccountSelector,
  field: string,
  { credentials }: Credentials,
): Promise<string> {
  return tokenIn(textOf(await credentials.serviceAccountToken(selector, field)), field)
}

function tokenIn(text: string, field: string): string {
  const token = text.trim()
  if (/^[\x21-\x7e]+$/.test(token)) return token
  throw new SecretError('InvalidSpec', 'the credential is empty or has characters that none can have', {
    place: { field },
    remedy: 'put the plain text of the token there',
  })
}

function textOf(value: SecretValue): string {
  return new TextDecoder().decode(value.reveal())
}
