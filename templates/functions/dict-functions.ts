import type { ByteText } from '../byte-text.ts'
import { FunctionError } from '../function-error.ts'
import { type GoType, types } from '../go-type.ts'
import { type GoMap, goTypeName, isMap, listOfAny, listOfTexts, mapOfAny, type TemplateValue } from '../value.ts'
import { deepCopy } from './deep-copy.ts'
import { goText } from './go-text.ts'
import { MergeError, type MergeMode, mergeInto } from './merge-maps.ts'
import { mustTwin, withMustTwin } from './must-twin.ts'
import type { FunctionCall, Parameter, TemplateFunction } from './template-function.ts'

const BYTES_PER_MEMBER = 16
const DICT: Parameter = { name: 'dict', type: types.anyMap }
const DICTS: Parameter = { name: 'dicts', type: types.anyMap, rest: true }
const KEY: Parameter = { name: 'key', type: types.string }
const KEYS: Parameter = { name: 'keys', type: types.string, rest: true }
const VALUE: Parameter = { name: 'value', type: types.any }

/** A function of sprig's over `map[string]any`. */
function ofDict(
  name: string,
  parameters: readonly Parameter[],
  about: Pick<TemplateFunction, 'doc' | 'example'> & { readonly returns?: GoType },
  run: TemplateFunction['run'],
): TemplateFunction {
  return { name, parameters, returns: types.anyMap, source: 'sprig', safeMessage: true, ...about, run }
}

export const dictFunctions: readonly TemplateFunction[] = [
  ofDict(
    'dict',
    [{ name: 'pairs', type: types.any, rest: true }],
    {
      doc: 'A map of keys and values in turn; a last key without a value gets an empty text.',
      example: { go: '{{toJson (dict "a" 1 "b" "x")}}', gives: '{"a":1,"b":"x"}' },
    },
    (call) => dict(call.rest(0)),
  ),
  ofDict(
    'get',
    [DICT, KEY],
    {
      returns: types.any,
      doc: 'The value of the key, or an empty text.',
      example: { go: '{{get (dict "a" 1) "a"}}', gives: '1' },
    },
    (call) => (call.map(0).has(call.text(1)) ? call.map(0).get(call.text(1)) : ''),
  ),
  ofDict(
    'set',
    [DICT, KEY, VALUE],
    {
      doc: 'Changes the map itself: the key has this value from here on. Gives the map.',
      example: { go: '{{toJson (set (dict "a" 1) "b" 2)}}', gives: '{"a":1,"b":2}' },
    },
    (call) => {
      call.map(0).set(call.text(1), call.value(2))
      return call.map(0)
    },
  ),
  ofDict(
    'unset',
    [DICT, KEY],
    {
      doc: 'Changes the map itself: it does not have the key any more. Gives the map.',
      example: { go: '{{toJson (unset (dict "a" 1 "b" 2) "b")}}', gives: '{"a":1}' },
    },
    (call) => {
      call.map(0).delete(call.text(1))
      return call.map(0)
    },
  ),
  ofDict(
    'hasKey',
    [DICT, KEY],
    { returns: types.bool, doc: 'Whether the map has the key.', example: { go: '{{hasKey (dict "a" 1) "a"}}', gives: 'true' } },
    (call) => call.map(0).has(call.text(1)),
  ),
  ofDict(
    'pluck',
    [KEY, DICTS],
    {
      returns: types.anyList,
      doc: 'The values of the key in those maps that have it.',
      example: { go: '{{join "," (pluck "a" (dict "a" 1) (dict "b" 2) (dict "a" 3))}}', gives: '1,3' },
    },
    (call) => listOfAny(mapsFrom(call, 1).flatMap((map) => (map.has(call.text(0)) ? [map.get(call.text(0))] : []))),
  ),
  ofDict(
    'keys',
    [DICTS],
    {
      returns: types.stringList,
      doc: 'The keys of the maps, sorted within each.',
      example: { go: '{{join "," (keys (dict "b" 1 "a" 2))}}', gives: 'a,b' },
    },
    (call) => listOfTexts(mapsFrom(call, 0).flatMap((map) => map.keys())),
  ),
  ofDict(
    'values',
    [DICT],
    {
      returns: types.anyList,
      doc: 'The values of the map, in the order of its keys.',
      example: { go: '{{join "," (values (dict "b" 1 "a" 2))}}', gives: '2,1' },
    },
    (call) => listOfAny(members(call).map(([, value]) => value)),
  ),
  ofDict(
    'pick',
    [DICT, KEYS],
    {
      doc: 'A new map of these keys only.',
      example: { go: '{{toJson (pick (dict "a" 1 "b" 2) "b")}}', gives: '{"b":2}' },
    },
    (call) => mapOfAny(members(call).filter(([key]) => wantedKeys(call).has(key))),
  ),
  ofDict(
    'omit',
    [DICT, KEYS],
    {
      doc: 'A new map without these keys.',
      example: { go: '{{toJson (omit (dict "a" 1 "b" 2) "b")}}', gives: '{"a":1}' },
    },
    (call) => mapOfAny(members(call).filter(([key]) => !wantedKeys(call).has(key))),
  ),
  ofDict(
    'dig',
    [{ name: 'path', type: types.any, rest: true }],
    {
      returns: types.any,
      doc: 'The value under a path of keys in maps; the last two arguments are what to give without one, and the map.',
      example: { go: '{{dig "db" "port" 5432 (dict "db" (dict "host" "h"))}}', gives: '5432' },
    },
    (call) => dig(call.rest(0)),
  ),
  ...mergeFunctions('merge', 'fill', 'fills in what the first map does not have, or has empty'),
  ...mergeFunctions('mergeOverwrite', 'overwrite', 'takes the place of what the first map has'),
  ...withMustTwin(
    ofDict(
      'deepCopy',
      [VALUE],
      {
        returns: types.any,
        doc: 'The value with lists and maps of its own, so that changing them leaves the original alone.',
        example: { go: '{{toJson (deepCopy (dict "a" (list 1)))}}', gives: '{"a":[1]}' },
      },
      (call) => copied(call),
    ),
  ),
]

function members(call: FunctionCall): readonly (readonly [ByteText, TemplateValue])[] {
  const map = call.map(0)
  call.reserve(map.size * BYTES_PER_MEMBER)
  return map.entries()
}

function mapsFrom(call: FunctionCall, index: number): readonly GoMap[] {
  const maps = call.rest(index).map((_, offset) => call.map(index + offset))
  call.reserve(maps.reduce((sum, map) => sum + map.size, 0) * BYTES_PER_MEMBER)
  return maps
}

function wantedKeys(call: FunctionCall): ReadonlySet<TemplateValue> {
  return new Set(call.rest(1))
}

function dict(pairs: readonly TemplateValue[]): GoMap {
  const map = mapOfAny()
  for (let index = 0; index < pairs.length; index += 2) {
    map.set(goText(pairs[index]), index + 1 < pairs.length ? pairs[index + 1] : '')
  }
  return map
}

/** Panics where Go's type assertions do; a step that is missing gives the default, one that is nil and not the last is no map. */
function dig(args: readonly TemplateValue[]): TemplateValue {
  if (args.length < 3) throw new FunctionError('dig needs at least three arguments', true)
  let map = asMap(args.at(-1))
  const keys = args.slice(0, -2).map(asText)
  for (const [index, key] of keys.entries()) {
    if (!map.has(key)) return args.at(-2)
    if (index === keys.length - 1) return map.get(key)
    map = asMap(map.get(key))
  }
  return undefined
}

function asMap(value: TemplateValue): GoMap {
  if (isMap(value) && value.type === types.anyMap) return value
  throw conversion(value, types.anyMap)
}

function asText(value: TemplateValue): ByteText {
  if (typeof value === 'string') return value
  throw conversion(value, types.string)
}

function conversion(value: TemplateValue, wanted: GoType): FunctionError {
  const actual = value === undefined ? 'nil' : goTypeName(value)
  return new FunctionError(`interface conversion: interface {} is ${actual}, not ${wanted.name}`, true)
}

/** What cannot be merged gives an empty text, and fails the must twin. */
function mergeFunctions(name: string, mode: MergeMode, effect: string): readonly TemplateFunction[] {
  const merge = ofDict(
    name,
    [DICT, DICTS],
    {
      returns: types.any,
      doc: `Changes the first map itself: what the others have, maps inside maps too, ${effect}. Gives the first map.`,
      example: {
        go: `{{toJson (${name} (dict "a" 1) (dict "a" 2 "b" 3))}}`,
        gives: mode === 'fill' ? '{"a":1,"b":3}' : '{"a":2,"b":3}',
      },
    },
    (call) => merged(call, mode, () => ''),
  )
  const must: TemplateFunction['run'] = (call) =>
    merged(call, mode, ({ message }) => {
      throw new FunctionError(message, true)
    })
  return [merge, { ...mustTwin(merge), run: must }]
}

function merged(call: FunctionCall, mode: MergeMode, fail: (error: MergeError) => TemplateValue): TemplateValue {
  const [first, ...sources] = mapsFrom(call, 0)
  if (!first || [first, ...sources].every((map) => map.isNil)) return first
  const target = first.isNil ? mapOfAny() : first
  try {
    for (const source of sources) mergeInto(target, source, mode, call)
  } catch (thrown) {
    if (thrown instanceof MergeError) return fail(thrown)
    throw thrown
  }
  return target
}

function copied(call: FunctionCall): TemplateValue {
  if (call.value(0) !== undefined) return deepCopy(call.value(0), call)
  throw new FunctionError('reflect: call of reflect.Value.Type on zero Value', true)
}
