import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'
import type { SecretValue } from '../model/secret-value.ts'

/** `nullBytePolicy: Fail` refuses a decoded value that holds a byte 0 (external-secrets.md 2.6). Throws SecretError InvalidSpec. */
export function checkNullBytes(policy: string, key: string, value: SecretValue): void {
  if (policy !== 'Fail' || !value.reveal().includes(0)) return
  throw new SecretError('InvalidSpec', `fetched secret value for key ${quoteName(key)} contains null bytes`, {
    remedy: 'store it as text at the provider, or set nullBytePolicy: Ignore',
  })
}
