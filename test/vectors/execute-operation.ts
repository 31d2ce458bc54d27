import { decode } from '../../plugin/expansion/decode.ts'
import { SecretError } from '../../plugin/model/secret-error.ts'
import { SecretValue } from '../../plugin/model/secret-value.ts'
import { byteText, textOf } from '../../templates/byte-text.ts'
import { DEFAULT_DELIMITERS, type Delimiters } from '../../templates/go-template/lexer.ts'
import { isJsonList, isJsonMap, type JsonLike, type JsonLikeMap } from '../../templates/go-yaml/json-like.ts'
import { applyKeysAndValues, applyValue, type DecodeValue, parseYamlOrText } from '../../templates/scopes/apply-to-object.ts'
import { parseKeysAndValues } from '../../templates/scopes/parse-keys-and-values.ts'
import { ScopeError } from '../../templates/scopes/scope-error.ts'
import { encodedBytes } from './encoding.ts'
import { renderAsEso } from './eso-template.ts'
import { bytesMapFrom, type Fields, isFields, listFrom, textFrom } from './fields.ts'
import { GoFailure } from './go-failure.ts'

/** `tryParseYAML` */
export function tryParseYaml({ input }: Fields): unknown {
  return plain(parseYamlOrText(Buffer.from(textFrom(input))))
}

/** `execute`: ESO's Execute, step by step, on an empty Secret or on an object of another kind. */
export function execute({ steps, data, object, leftDelimiter, rightDelimiter }: Fields): unknown {
  const values = bytesMapFrom(data)
  try {
    const target = object === undefined ? new SecretTarget() : new ObjectTarget(jsonFrom(object))
    const delimiters = {
      left: textFrom(leftDelimiter) || DEFAULT_DELIMITERS.left,
      right: textFrom(rightDelimiter) || DEFAULT_DELIMITERS.right,
    }
    for (const step of listFrom(steps)) runStep(step, values, target, delimiters)
    return target.result()
  } catch (thrown) {
    if (thrown instanceof ScopeError || thrown instanceof SecretError) throw new GoFailure(thrown.message)
    throw thrown
  }
}

interface Target {
  value(target: string, key: string, rendered: Uint8Array, decodeValue: DecodeValue): void
  keysAndValues(target: string, rendered: Uint8Array, decodeValue: DecodeValue): void
  result(): unknown
}

function runStep(
  { tpl, scope, target, decodingStrategy }: Fields,
  data: ReadonlyMap<string, Uint8Array>,
  into: Target,
  delimiters: Delimiters,
): void {
  if (tpl === undefined || tpl === null) return
  if (scope !== 'Values' && scope !== 'KeysAndValues') {
    throw new GoFailure(`unknown scope '${textFrom(scope)}': expected 'Values' or 'KeysAndValues'`)
  }
  const decodeValue = decoding(textFrom(decodingStrategy))
  const templates = Array.from(bytesMapFrom(tpl)).toSorted(([one], [other]) => (one < other ? -1 : 1))
  for (const [key, template] of templates) {
    const text = textOf(byteText(template))
    const rendered = renderAsEso(scope === 'Values' ? key : text, text, data, delimiters)
    if (scope === 'Values') into.value(textFrom(target), key, rendered, decodeValue)
    else into.keysAndValues(textFrom(target), rendered, decodeValue)
  }
}

function decoding(strategy: string): DecodeValue {
  return (value, key) => {
    try {
      return decode(strategy, new SecretValue(value)).reveal()
    } catch (thrown) {
      if (!(thrown instanceof SecretError)) throw thrown
      throw new GoFailure(`failed to decode rendered template value for key ${key}: ${thrown.message}`)
    }
  }
}

/** What is not one of the three maps goes into the Secret as an object, of which only the metadata is looked at. */
class SecretTarget implements Target {
  readonly #data = new Map<string, Uint8Array>()
  #object: JsonLikeMap = new Map([['metadata', new Map()]])

  value(target: string, key: string, rendered: Uint8Array, decodeValue: DecodeValue): void {
    if (target.toLowerCase() === 'data') this.#data.set(key, decodeValue(rendered, key))
    else this.#object = applyValue(this.#object, target, key, rendered, decodeValue)
  }

  keysAndValues(target: string, rendered: Uint8Array, decodeValue: DecodeValue): void {
    if (target.toLowerCase() === 'data') {
      for (const [key, text] of parseKeysAndValues(rendered)) {
        this.#data.set(key, decodeValue(new TextEncoder().encode(text), key))
      }
    } else {
      this.#object = applyKeysAndValues(this.#object, target, rendered, decodeValue)
    }
  }

  result(): unknown {
    const metadata = this.#object.get('metadata') ?? null
    const member = (name: string) => (isJsonMap(metadata) ? (metadata.get(name) ?? new Map()) : new Map())
    return {
      data: Object.fromEntries(Array.from(this.#data, ([key, value]) => [key, encodedBytes(value)])),
      labels: plain(member('labels')),
      annotations: plain(member('annotations')),
    }
  }
}

class ObjectTarget implements Target {
  #object: JsonLikeMap

  constructor(object: JsonLike) {
    if (!isJsonMap(object)) throw new TypeError('the object is no map')
    this.#object = object
  }

  value(target: string, key: string, rendered: Uint8Array, decodeValue: DecodeValue): void {
    this.#object = applyValue(this.#object, target, key, rendered, decodeValue)
  }

  keysAndValues(target: string, rendered: Uint8Array, decodeValue: DecodeValue): void {
    this.#object = applyKeysAndValues(this.#object, target, rendered, decodeValue)
  }

  result(): unknown {
    return { object: plain(this.#object) }
  }
}

function plain(value: JsonLike): unknown {
  if (isJsonMap(value)) return Object.fromEntries(Array.from(value, ([key, member]) => [key, plain(member)]))
  if (isJsonList(value)) return value.map(plain)
  return typeof value === 'bigint' ? Number(value) : value
}

/** Whole numbers are int64, as in an unstructured object. */
function jsonFrom(value: unknown): JsonLike {
  if (Array.isArray(value)) return value.map(jsonFrom)
  if (isFields(value)) return new Map(Object.entries(value).map(([key, member]) => [key, jsonFrom(member)]))
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value
  return typeof value === 'string' || typeof value === 'boolean' ? value : null
}
