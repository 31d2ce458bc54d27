import { floatText } from '../go-format/float-text.ts'
import { float64, GoFloat } from '../go-number.ts'
import { types } from '../go-type.ts'
import { decodeYaml } from './decode.ts'
import { goSyntax } from './go-syntax.ts'
import { isJsonMap, type JsonLike, type JsonLikeMap } from './json-like.ts'
import { readText } from './read-text.ts'
import { YamlError } from './yaml-error.ts'
import { isYamlList, isYamlMap, type YamlMap, type YamlScalar, type YamlValue } from './yaml-value.ts'

/**
 * sigs.k8s.io/yaml's Unmarshal into a `map[string]string`: numbers and booleans become their text, nothing the empty text; an empty document
 * has no keys. Throws YamlError with its text.
 */
export function unmarshalTexts(bytes: Uint8Array): ReadonlyMap<string, string> {
  const root = decode(bytes)
  if (root === null) return new Map()
  if (!isYamlMap(root)) throw typeError(root, 'map[string]string')
  const texts = new Map<string, string>()
  let problem: YamlError | undefined
  for (const [key, value] of inJsonOrder(root)) {
    if (isYamlList(value) || isYamlMap(value)) {
      const wrongType = typeError(value, 'string')
      problem ??= wrongType
    } else {
      texts.set(key, scalarText(value))
    }
  }
  if (problem) throw problem
  return texts
}

/** The same into a `map[string]interface{}`, where every number is a float64. Throws YamlError. */
export function unmarshalObject(bytes: Uint8Array): JsonLikeMap {
  const root = decode(bytes)
  if (root === null) return new Map()
  const value = toJson(root, 'float')
  if (!isJsonMap(value)) throw typeError(root, 'map[string]interface {}')
  return value
}

/** apimachinery's Unmarshal into an `interface{}`: whole numbers that an int64 holds are bigints, others float64. Throws YamlError. */
export function unmarshalAny(bytes: Uint8Array): JsonLike {
  return toJson(decode(bytes), 'integer')
}

function decode(bytes: Uint8Array): YamlValue {
  return converting(() => decodeYaml(readText(bytes)))
}

function converting<T>(step: () => T): T {
  try {
    return step()
  } catch (thrown) {
    if (!(thrown instanceof YamlError)) throw thrown
    throw new YamlError(`error converting YAML to JSON: ${thrown.message}`, { safe: thrown.safe })
  }
}

type Numbers = 'float' | 'integer'

function toJson(value: YamlValue, numbers: Numbers): JsonLike {
  if (isYamlList(value)) return value.map((item) => toJson(item, numbers))
  if (isYamlMap(value)) return new Map(inJsonOrder(value).map(([key, item]) => [key, toJson(item, numbers)]))
  return typeof value === 'number' || typeof value === 'bigint' ? number(value, numbers) : value
}

/** Keys are texts and sorted in JSON, so that of several problems always the same is told. */
function inJsonOrder(map: YamlMap): readonly (readonly [string, YamlValue])[] {
  const named = new Map([...map].map(([key, value]) => [keyText(key, value), value]))
  return [...named].toSorted(([one], [other]) => (one < other ? -1 : 1))
}

const INT64 = 2n ** 63n

/** Floats go through their JSON text, so that `1e3` is the integer 1000 to a reader who asks for integers. */
function number(value: number | bigint, numbers: Numbers): number | bigint {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new YamlError(`error converting YAML to JSON: json: unsupported value: ${floatText(float64(value))}`, { safe: true })
  }
  if (numbers === 'float') return Number(value)
  if (typeof value === 'number' && (!Number.isInteger(value) || Math.abs(value) >= 1e21)) return value
  const integer = BigInt(value)
  return integer >= -INT64 && integer < INT64 ? integer : Number(value)
}

/** sigs.k8s.io/yaml prints floats with the digits of a float32. */
function singleText(value: number): string {
  return floatText(new GoFloat(types.float32, value))
}

function scalarText(value: YamlScalar): string {
  if (value === null) return ''
  return typeof value === 'number' ? singleText(value) : String(value)
}

function keyText(key: YamlScalar, value: YamlValue): string {
  if (typeof key === 'number') return floatKey(key)
  if (key === null) throw unsupportedKey('%!s(<nil>)', key, value)
  if (typeof key === 'bigint' && key >= INT64) throw unsupportedKey('uint64', key, value)
  return String(key)
}

/** go-yaml's names of what is no number; a float32 holds less than the key may be. */
const SPECIAL_KEYS: ReadonlyMap<string, string> = new Map([
  ['NaN', '.nan'],
  ['+Inf', '.inf'],
  ['-Inf', '-.inf'],
])

function floatKey(key: number): string {
  const text = singleText(key)
  return SPECIAL_KEYS.get(text) ?? text
}

function unsupportedKey(type: string, key: YamlScalar, value: YamlValue): YamlError {
  const message = `unsupported map key of type: ${type}, key: ${goSyntax(key)}, value: ${goSyntax(value)}`
  return new YamlError(`error converting YAML to JSON: ${message}`, { safe: false })
}

/** Only what can be JSON at all is of the wrong type. */
function typeError(value: YamlValue, type: string): YamlError {
  toJson(value, 'float')
  return new YamlError(
    `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${jsonKind(value)} into Go value of type ${type}`,
    { safe: true },
  )
}

function jsonKind(value: YamlValue): string {
  if (isYamlList(value)) return 'array'
  if (isYamlMap(value)) return 'object'
  if (typeof value === 'string') return 'string'
  return typeof value === 'boolean' ? 'bool' : 'number'
}
