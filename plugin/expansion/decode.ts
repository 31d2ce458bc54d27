import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'
import { SecretValue } from '../model/secret-value.ts'
import { type Base64Alphabet, decodeBase64 } from './decode-base64.ts'

/**
 * Applies a `decodingStrategy` (external-secrets.md 3.3). Auto takes what is Base64 by its form, so that a plain word such as `test` is
 * decoded too: that is ESO's rule. Throws SecretError InvalidSpec; the message holds an offset, never the value.
 */
export function decode(strategy: string, value: SecretValue): SecretValue {
  switch (strategy) {
    case '':
    case 'None':
      return value
    case 'Base64':
      return new SecretValue(decodeBase64(value.reveal(), 'standard'))
    case 'Base64URL':
      return new SecretValue(decodeBase64(value.reveal(), 'url'))
    case 'Auto':
      return attempt(value, 'standard') ?? attempt(value, 'url') ?? value
    default:
      throw new SecretError('InvalidSpec', `decoding strategy ${quoteName(strategy).slice(1, -1)} is not supported`, {
        remedy: 'use Auto, Base64, Base64URL or None',
      })
  }
}

/** {@link decode} for every value; the first that fails fails them all, and is named by its key. */
export function decodeMap(strategy: string, values: ReadonlyMap<string, SecretValue>): ReadonlyMap<string, SecretValue> {
  return new Map(
    Array.from(values, ([key, value]) => {
      try {
        return [key, decode(strategy, value)]
      } catch (thrown) {
        if (!(thrown instanceof SecretError)) throw thrown
        throw new SecretError(thrown.kind, `failure decoding key ${quoteName(key).slice(1, -1)}: ${thrown.message}`)
      }
    }),
  )
}

function attempt(value: SecretValue, alphabet: Base64Alphabet): SecretValue | undefined {
  try {
    return new SecretValue(decodeBase64(value.reveal(), alphabet))
  } catch {
    return undefined
  }
}
