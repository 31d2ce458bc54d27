import { SecretError } from '../model/secret-error.ts'
import { JsonPathParser, JsonPathSyntaxError } from './json-path-parser.ts'
import { type JsonPathToken, jsonPathTokens } from './json-path-tokens.ts'
import type { JsonValue } from './json-value.ts'

/** Longer is no path that somebody wrote. */
const MAX_CHARACTERS = 4_096
/** Looks at values that one path may take. */
const MAX_STEPS = 200_000

/**
 * What a JSONPath finds, in the dialect of the Go library PaesslerAG/jsonpath, which External Secrets uses (external-secrets.md 7.7): `undefined` for
 * nothing, a list for a path that may find several. RFC 9535 is another language, and no library for JavaScript speaks this one: names stand in
 * double quotes, conditions are `==` and `!=` alone, and a condition on what is missing is not met. Numbers of `value` are float64.
 * Throws SecretError InvalidSpec for a text that is no path; it does not quote the text, which may have come out of a Secret.
 */
export function jsonPathGet(path: string, value: JsonValue): JsonValue | undefined {
  const tokens = path.length > MAX_CHARACTERS ? undefined : jsonPathTokens(path)
  if (!tokens) throw noPath()
  let steps = 0
  const step = (): void => {
    if (++steps > MAX_STEPS) {
      throw new SecretError('InvalidSpec', `the JSONPath takes more than ${MAX_STEPS} steps`, {
        remedy: 'name the way instead of ..',
      })
    }
  }
  return parsed(tokens)({ root: value, current: null, step })
}

function parsed(tokens: readonly JsonPathToken[]): ReturnType<JsonPathParser['whole']> {
  try {
    return new JsonPathParser(tokens).whole()
  } catch (thrown) {
    if (thrown instanceof JsonPathSyntaxError) throw noPath()
    throw thrown
  }
}

function noPath(): SecretError {
  return new SecretError('InvalidSpec', 'the JSONPath is none that External Secrets can read', {
    remedy: 'write names that are no words as ["name"], in double quotes; conditions are == and != alone',
  })
}
