import { byteText, textOf } from '../byte-text.ts'
import { isJsonMap, type JsonLike, type JsonLikeMap } from '../go-yaml/json-like.ts'
import { unmarshalAny } from '../go-yaml/unmarshal.ts'
import { YamlError } from '../go-yaml/yaml-error.ts'
import { parseKeysAndValues } from './parse-keys-and-values.ts'
import { ScopeError } from './scope-error.ts'
import { setAtPath } from './set-at-path.ts'
import { parseTargetPath } from './target-path.ts'

/** `data`, `labels`, `annotations` in any case of letters: where keys and values go one by one. */
const MAPS: ReadonlyMap<string, readonly string[]> = new Map([
  ['data', ['data']],
  ['labels', ['metadata', 'labels']],
  ['annotations', ['metadata', 'annotations']],
])

/** Decodes a rendered value (`valuesDecodingStrategy`); `key` is for its error. */
export type DecodeValue = (value: Uint8Array, key: string) => Uint8Array

/**
 * Puts the result of one template with the scope `Values` into an object that is no Secret (external-secrets.md 2.5): under its key in a
 * map or in `spec`, else at the path, as the YAML that it is. Throws ScopeError.
 */
export function applyValue(
  object: JsonLikeMap,
  target: string,
  key: string,
  rendered: Uint8Array,
  decode: DecodeValue,
): JsonLikeMap {
  const value = decode(rendered, key)
  const map = MAPS.get(target.toLowerCase()) ?? (target.toLowerCase() === 'spec' ? ['spec'] : undefined)
  if (map) return setAtPath(object, [...map, key], target, () => plainText(value))
  return applying(() => setAtPath(object, parseTargetPath(target), target, () => parseYamlOrText(value)))
}

/**
 * The same with the scope `KeysAndValues`: each pair into a map, or the whole YAML value at the path. One that is deeper than one key keeps
 * the entries of a map that is there. Throws ScopeError.
 */
export function applyKeysAndValues(object: JsonLikeMap, target: string, rendered: Uint8Array, decode: DecodeValue): JsonLikeMap {
  const map = MAPS.get(target.toLowerCase())
  if (!map) return applyYaml(object, target, rendered)
  return [...parseKeysAndValues(rendered)].reduce((current, [key, text]) => {
    const value = decode(new TextEncoder().encode(text), key)
    return setAtPath(current, [...map, key], target, () => plainText(value))
  }, object)
}

function applyYaml(object: JsonLikeMap, target: string, rendered: Uint8Array): JsonLikeMap {
  const value = parseYaml(rendered)
  const path = parseTargetPath(target)
  return setAtPath(object, path, target, (existing) =>
    path.length > 1 && existing !== undefined && isJsonMap(existing) && isJsonMap(value)
      ? new Map([...existing, ...value])
      : value,
  )
}

/** YAML as a value of its own kind, whole numbers as int64; what is no YAML stays the text that it is. */
export function parseYamlOrText(text: Uint8Array): JsonLike {
  try {
    return unmarshalAny(text)
  } catch (thrown) {
    if (thrown instanceof YamlError) return plainText(text)
    throw thrown
  }
}

function parseYaml(text: Uint8Array): JsonLike {
  try {
    return unmarshalAny(text)
  } catch (thrown) {
    if (!(thrown instanceof YamlError)) throw thrown
    throw new ScopeError(`could not unmarshal template YAML: ${thrown.message}`, { safe: thrown.safe })
  }
}

function applying<T>(step: () => T): T {
  try {
    return step()
  } catch (thrown) {
    if (!(thrown instanceof ScopeError)) throw thrown
    throw new ScopeError(`failed to apply to target: ${thrown.message}`, { safe: thrown.safe })
  }
}

function plainText(value: Uint8Array): string {
  return textOf(byteText(value))
}
