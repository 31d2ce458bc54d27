import { quoteName } from '../../model/quote-name.ts'
import { SecretError } from '../../model/secret-error.ts'
import type { CredentialSource, SecretSelector } from '../credential-source.ts'
import type { WebhookConfig } from './config-schema.ts'
import type { Account } from './ntlm/account.ts'
import { WEBHOOK_LABEL } from './webhook-label.ts'

type NtlmConfig = NonNullable<NonNullable<WebhookConfig['auth']>['ntlm']>
type KeySelector = SecretSelector & { readonly key?: string | undefined }

/** More than any name or password of a directory has, and little enough for every server's header. */
const MAX_CHARACTERS = 1024

/** Who logs in, out of Secrets that have the label of webhooks. `prefix` is the path of `ntlm` in the object. Throws SecretError. */
export async function ntlmAccount(
  { usernameSecret, passwordSecret }: NtlmConfig,
  credentials: CredentialSource,
  prefix: string,
): Promise<Account> {
  const [name, password] = await Promise.all([
    labelledText(usernameSecret, credentials, `${prefix}.usernameSecret`),
    labelledText(passwordSecret, credentials, `${prefix}.passwordSecret`),
  ])
  return { name, password }
}

async function labelledText({ key, ...secret }: KeySelector, credentials: CredentialSource, field: string): Promise<string> {
  if (key === undefined) {
    throw new SecretError('InvalidSpec', 'the key of the Secret is missing', {
      place: { field: `${field}.key` },
      remedy: 'name the key',
    })
  }
  const value = (await credentials.labelledSecret(secret, WEBHOOK_LABEL, field)).get(key)
  // A line feed at the end is what files and YAML blocks end in.
  const text = new TextDecoder().decode(value?.reveal()).replace(/[\r\n]+$/, '')
  if (text.length > 0 && text.length <= MAX_CHARACTERS) return text
  throw new SecretError('InvalidSpec', `the key ${quoteName(key)} of the Secret is missing, empty or too long for a login`, {
    place: { field },
    remedy: 'put the user name or password there as plain text',
  })
}
