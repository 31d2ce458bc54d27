import type { ByteText } from './byte-text.ts'
import { membersOf } from './gjson-members.ts'
import { isModifierName } from './gjson-path.ts'
import { prettyGjson, uglyGjson } from './gjson-pretty.ts'
import { endOfBrackets, endOfString, trimControls } from './gjson-scan.ts'
import { type GjsonValue, isArray, isObject, isTrueish, MISSING, parseGjson, textOfString, textOfValue } from './gjson-value.ts'
import type { GjsonWork } from './gjson-work.ts'
import { quoteAsGo } from './go-quote.ts'
import { isJson } from './is-json.ts'

export type SearchGjson = (json: ByteText, path: ByteText, work: GjsonWork) => GjsonValue

/** JSON that a modifier or a literal made, and what of the path comes behind it. */
export interface MadeJson {
  readonly json: ByteText
  readonly rest: ByteText
}

type Modifier = (json: ByteText, argument: ByteText, work: GjsonWork, search: SearchGjson) => ByteText

const MODIFIERS: ReadonlyMap<string, Modifier> = new Map<string, Modifier>([
  ['this', (json) => json],
  ['valid', (json) => (isJson(json) ? json : '')],
  ['ugly', uglyGjson],
  ['pretty', prettyGjson],
  ['reverse', reverse],
  ['keys', keys],
  ['values', values],
  ['flatten', flatten],
  ['join', join],
  ['tostr', quoteAsGo],
  ['fromstr', (json) => (isJson(json) ? textOfValue(parseGjson(json)) : '')],
  ['group', group],
  ['dig', (json, argument, work, search) => `[${dig(parseGjson(json), argument, work, search).join(',')}]`],
])

/** Applies the modifier that `path` starts with; undefined when it is not one, so that `@` is part of a name. */
export function applyModifier(json: ByteText, path: ByteText, work: GjsonWork, search: SearchGjson): MadeJson | undefined {
  const end = path.slice(1).search(/[:|.]/) + 1
  const name = path.slice(1, end || undefined)
  const modifier = isModifierName(name) ? MODIFIERS.get(name) : undefined
  if (!modifier) return undefined
  const hasArgument = end > 0 && path.charAt(end) === ':'
  const behind = end > 0 ? path.slice(hasArgument ? end + 1 : end) : ''
  const argument = hasArgument ? behind.slice(0, endOfArgument(behind)) : ''
  work.spend(json.length)
  return { json: modifier(json, argument, work, search), rest: behind.slice(argument.length) }
}

/** A JSON argument ends with itself, any other at the next pipe. */
function endOfArgument(text: ByteText): number {
  if (/^[{["]/.test(text)) return endOfSquash(text, 0)
  let index = 0
  while (index < text.length && text.charAt(index) !== '|') {
    index = '{["('.includes(text.charAt(index)) ? endOfSquash(text, index) : index + 1
  }
  return index
}

function endOfSquash(text: ByteText, start: number): number {
  return text.charAt(start) === '"' ? (endOfString(text, start) ?? text.length) : endOfBrackets(text, start)
}

/** `!"text"`, `!{…}`, `!5`, `!true`: a value that the path itself brings; undefined for anything else behind `!`. */
export function applyLiteral(path: ByteText): MadeJson | undefined {
  if (/^![{["+\-\d]/.test(path)) {
    const end = endOfBrackets(path, 1)
    return { json: path.slice(1, end), rest: path.slice(end) }
  }
  const [name = ''] = /^[^.|]*/.exec(path.slice(1)) ?? []
  if (!/^(?:true|false|null|nan|inf)$/i.test(name)) return undefined
  return { json: name, rest: path.slice(1 + name.length) }
}

function reverse(json: ByteText): ByteText {
  const value = parseGjson(json)
  if (value.kind !== 'json') return json
  const parts = Array.from(membersOf(value), (member) => (member.key ? `${member.key}:` : '') + member.value.raw)
  const inner = parts.toReversed().join(',')
  return isObject(value) ? `{${inner}}` : `[${inner}]`
}

function keys(json: ByteText): ByteText {
  return `[${Array.from(membersOf(parseGjson(json)), (member) => member.key || 'null').join(',')}]`
}

function values(json: ByteText): ByteText {
  const value = parseGjson(json)
  if (isArray(value)) return json
  return `[${Array.from(membersOf(value), (member) => member.value.raw).join(',')}]`
}

/** `[1,[2,[3]]]` to `[1,2,[3]]`, or to `[1,2,3]` with `{"deep":true}`. */
function flatten(json: ByteText, argument: ByteText, work: GjsonWork): ByteText {
  const value = parseGjson(json)
  if (!isArray(value)) return json
  const isDeep = flag(argument, 'deep')
  const parts = Array.from(membersOf(value), (member) => {
    if (!isArray(member.value)) return member.value.raw
    const { raw } = member.value
    if (!isDeep) return unwrap(raw)
    work.spend(raw.length)
    return unwrap(work.deeper(() => flatten(raw, argument, work)))
  })
  return `[${parts.map(trimControls).filter(Boolean).join(',')}]`
}

/** One object of many; the last of equal keys wins at the place of the first, unless `{"preserve":true}` keeps them all. */
function join(json: ByteText, argument: ByteText): ByteText {
  const value = parseGjson(json)
  if (!isArray(value)) return json
  const objects = Array.from(membersOf(value), (member) => member.value).filter(isObject)
  if (flag(argument, 'preserve')) return `{${objects.map((object) => unwrap(object.raw)).join(',')}}`
  const members = new Map<ByteText, { readonly key: ByteText; readonly raw: ByteText }>()
  for (const member of objects.flatMap((object) => Array.from(membersOf(object)))) {
    const name = textOfString(member.key)
    members.set(name, { key: members.get(name)?.key ?? member.key, raw: member.value.raw })
  }
  return `{${Array.from(members.values(), ({ key, raw }) => `${key}:${raw}`).join(',')}}`
}

/** `{"a":[1,2],"b":[3,4]}` to `[{"a":1,"b":3},{"a":2,"b":4}]`; nothing for anything but an object. */
function group(json: ByteText): ByteText {
  const value = parseGjson(json)
  if (!isObject(value)) return ''
  const rows: ByteText[][] = []
  for (const column of membersOf(value)) {
    if (!isArray(column.value)) continue
    let row = 0
    for (const cell of membersOf(column.value)) {
      const cells = (rows[row] ??= [])
      cells.push(`${column.key}:${cell.value.raw}`)
      row += 1
    }
  }
  return `[${rows.map((cells) => `{${cells.join(',')}}`).join(',')}]`
}

/** What `path` selects in `value` and in everything below it, from the top down. */
function dig(value: GjsonValue, path: ByteText, work: GjsonWork, search: SearchGjson): readonly ByteText[] {
  const own = search(value.raw, path, work)
  const below = value.kind === 'json' ? [...membersOf(value)] : []
  return [
    ...(own.kind === 'missing' ? [] : [own.raw]),
    ...below.flatMap((member) => work.deeper(() => dig(member.value, path, work, search))),
  ]
}

function unwrap(raw: ByteText): ByteText {
  const trimmed = trimControls(raw)
  return trimmed.length >= 2 && /^[[{]/.test(trimmed) ? trimmed.slice(1, -1) : trimmed
}

/** The boolean member `name` of a modifier's argument; the last of several counts. */
function flag(argument: ByteText, name: string): boolean {
  const named = [...membersOf(parseGjson(argument))].filter((member) => textOfString(member.key) === name)
  return isTrueish(named.at(-1)?.value ?? MISSING)
}
