import { bytesOf, byteTextOf } from '../byte-text.ts'
import { FunctionError } from '../function-error.ts'
import { float64 } from '../go-number.ts'
import { types } from '../go-type.ts'
import { emitYaml } from '../go-yaml/emitter.ts'
import { isJsonList, type JsonLike, type JsonLikeMap } from '../go-yaml/json-like.ts'
import { jsonToYaml } from '../go-yaml/json-to-yaml.ts'
import { unmarshalObject } from '../go-yaml/unmarshal.ts'
import { YamlError } from '../go-yaml/yaml-error.ts'
import { listOfAny, mapOfAny, type TemplateValue } from '../value.ts'
import { jsonText } from './json-text.ts'
import { plainYamlValue } from './plain-yaml-value.ts'
import type { FunctionCall, TemplateFunction } from './template-function.ts'

export const yamlFunctions: readonly TemplateFunction[] = [
  {
    name: 'toYaml',
    parameters: [{ name: 'value', type: types.any }],
    returns: types.string,
    doc: 'As YAML 1.1 with sorted keys and no line break at the end; empty for what cannot be YAML.',
    source: 'External Secrets',
    example: {
      go: '{{fromJson "{\\"b\\":\\"yes\\",\\"a\\":[1,\\"x\\"]}" | toYaml}}',
      handlebars: '{{toYaml (fromJson "{\\"b\\":\\"yes\\",\\"a\\":[1,\\"x\\"]}")}}',
      gives: 'a:\n- 1\n- x\nb: "yes"',
    },
    safeMessage: true,
    run: toYaml,
  },
  {
    name: 'fromYaml',
    parameters: [{ name: 'text', type: types.string }],
    returns: types.anyMap,
    doc: 'The object of a YAML text, read by the rules of YAML 1.1; what is wrong with a text that gives none is under the key `Error`.',
    source: 'External Secrets',
    example: { go: '{{(fromYaml "on: 0x10").true}}', handlebars: '{{lookup (fromYaml "on: 0x10") "true"}}', gives: '16' },
    safeMessage: true,
    run: fromYaml,
  },
]

/** What reading a byte costs, in bytes that others read in the time: each byte may be a token, and a node. */
const READING = 32
/** Of a list or an object, without what is in it. */
const BYTES_PER_CONTAINER = 192

/** sigs.k8s.io/yaml's Marshal; External Secrets gives an empty text when it fails. */
function toYaml(call: FunctionCall): TemplateValue {
  try {
    const onLine = call.step.bind(call)
    const plain = plainYamlValue(call.value(0), call)
    const yaml = byteTextOf(
      plain === undefined ? jsonToYaml(bytesOf(jsonText(call.value(0), call)), onLine) : emitYaml(plain, onLine),
    )
    return yaml.endsWith('\n') ? yaml.slice(0, -1) : yaml
  } catch (thrown) {
    if (thrown instanceof YamlError || (thrown instanceof FunctionError && thrown.message.startsWith('json: '))) return ''
    throw thrown
  }
}

function fromYaml(call: FunctionCall): TemplateValue {
  try {
    call.step(call.text(0).length * READING)
    return objectOf(unmarshalObject(bytesOf(call.text(0))), call)
  } catch (thrown) {
    if (!(thrown instanceof YamlError)) throw thrown
    return mapOfAny([['Error', byteTextOf(thrown.message)]])
  }
}

function objectOf(map: JsonLikeMap, call: FunctionCall): TemplateValue {
  return mapOfAny([...map].map(([key, value]) => [byteTextOf(key), valueOf(value, call)]))
}

function valueOf(value: JsonLike, call: FunctionCall): TemplateValue {
  call.step(typeof value === 'object' && value !== null ? BYTES_PER_CONTAINER : 0)
  if (value === null) return undefined
  if (typeof value === 'string') return byteTextOf(value)
  if (typeof value === 'boolean') return value
  if (typeof value === 'number' || typeof value === 'bigint') return float64(Number(value))
  return isJsonList(value) ? listOfAny(value.map((item) => valueOf(item, call))) : objectOf(value, call)
}
