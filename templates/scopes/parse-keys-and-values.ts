import { unmarshalTexts } from '../go-yaml/unmarshal.ts'
import { YamlError } from '../go-yaml/yaml-error.ts'
import { ScopeError } from './scope-error.ts'

/**
 * The keys and values of a template with the scope `KeysAndValues`: its result is YAML 1.1, read into texts (templates.md 1.1). Unquoted
 * values change on the way (`yes` is "true", `0777` is "511"), and a line break in one begins a new key. Throws ScopeError.
 */
export function parseKeysAndValues(rendered: Uint8Array): ReadonlyMap<string, string> {
  try {
    return unmarshalTexts(rendered)
  } catch (thrown) {
    if (!(thrown instanceof YamlError)) throw thrown
    throw new ScopeError(`could not unmarshal template to 'map[string][]byte': ${thrown.message}`, { safe: thrown.safe })
  }
}
