import { RE2JS, RE2JSException } from 're2js'
import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'

/** `find.name.regexp`, which may match anywhere (external-secrets.md 2.7). Throws SecretError InvalidSpec when it is none of RE2. */
export function compiledName(expression: string): RE2JS {
  try {
    return RE2JS.compile(expression)
  } catch (thrown) {
    if (!(thrown instanceof RE2JSException || thrown instanceof RangeError)) throw thrown
    throw new SecretError('InvalidSpec', `find.name.regexp ${quoteName(expression)} is no expression of RE2`, {
      remedy: 'RE2 has no look-around and no back-references: https://github.com/google/re2/wiki/Syntax',
    })
  }
}
