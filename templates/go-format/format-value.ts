import { type ByteText, byteTextOf } from '../byte-text.ts'
import { nestsTooDeeply } from '../function-error.ts'
import { float64, GoComplex, GoFloat, GoInt } from '../go-number.ts'
import {
  bytesOfList,
  type GoList,
  type GoMap,
  type GoObject,
  goTypeName,
  isList,
  isObject,
  type TemplateValue,
} from '../value.ts'
import { type Flags, pad } from './flags.ts'
import { formatFloat } from './format-float.ts'
import { formatInteger } from './format-integer.ts'
import { formatText } from './format-text.ts'

const DEEPEST = 1_000

/** One operand of printf, and how far inside of it we are. */
export interface Printing {
  readonly verb: string
  readonly flags: Flags
  /** Told of each text before the next is made. */
  reserve(bytes: number): void
}

/** Where a value stands: the operand itself, or something in a list, map or struct of that depth. */
interface Position {
  readonly depth: number
  /** Inside of `%!v(…)`, where String methods do not count. */
  readonly isBad: boolean
}

const OPERAND: Position = { depth: 0, isBad: false }

/** An operand of printf (Go, fmt.printArg). */
export function formatOperand(value: TemplateValue, printing: Printing): ByteText {
  const { verb, flags } = printing
  if (value === undefined) return verb === 'v' || verb === 'T' ? pad('<nil>', flags) : `%!${verb}(<nil>)`
  if (verb === 'T') return formatText(byteTextOf(goTypeName(value)), 's', flags) ?? ''
  return format(value, printing, OPERAND)
}

/** The operand that no verb asked for. */
export function formatExtra(value: TemplateValue, printing: Printing): ByteText {
  return value === undefined ? '<nil>' : `${goTypeName(value)}=${format(value, printing, OPERAND)}`
}

function format(value: TemplateValue, printing: Printing, position: Position): ByteText {
  if (position.depth > DEEPEST) throw nestsTooDeeply('value', DEEPEST)
  const text = formatKnown(value, printing, position)
  const result = text ?? badVerb(value, printing, position)
  printing.reserve(result.length)
  return result
}

/** Undefined: the verb does not fit. */
function formatKnown(value: TemplateValue, printing: Printing, position: Position): ByteText | undefined {
  const { verb, flags } = printing
  if (value === undefined) return nilText(printing)
  if (typeof value === 'boolean') return verb === 't' || verb === 'v' ? pad(String(value), flags) : undefined
  if (typeof value === 'string') return formatText(value, verb, flags)
  if (value instanceof GoInt) return formatInteger(value, verb, flags)
  if (value instanceof GoFloat) return formatFloat(value, verb, flags)
  if (value instanceof GoComplex) return formatComplex(value, verb, flags)
  if (verb === 'p' || (verb === 'w' && (bytesOfList(value) === undefined || position.depth > 0))) return undefined
  if (isObject(value)) return formatObject(value, printing, position)
  return isList(value) ? formatList(value, printing, position) : formatMap(value, printing, position)
}

/** nil in a list or map of `any`. */
function nilText({ flags }: Printing): ByteText {
  return flags.sharpV ? 'interface {}(nil)' : '<nil>'
}

function badVerb(value: TemplateValue, printing: Printing, position: Position): ByteText {
  const shown = format(value, { ...printing, verb: 'v' }, { ...position, isBad: true })
  return `%!${printing.verb}(${goTypeName(value)}=${shown})`
}

function formatComplex({ real, imaginary }: GoComplex, verb: string, flags: Flags): ByteText | undefined {
  const first = formatFloat(float64(real), verb, flags)
  const second = formatFloat(float64(imaginary), verb, { ...flags, plus: true })
  return first === undefined || second === undefined ? undefined : `(${first}${second}i)`
}

function formatObject(object: GoObject, printing: Printing, position: Position): ByteText | undefined {
  const { verb, flags } = printing
  const text = object.text()
  if (text !== undefined && !position.isBad && !flags.sharpV && /^[vsxXq]$/.test(verb)) return formatText(text, verb, flags)
  const number = object.underlying()
  if (number) return formatInteger(number, verb, flags)
  const fields = object.fields()
  if (text !== undefined && fields.size === 0) return verb === 'v' ? formatText(text, 'v', flags) : undefined
  const names = flags.plusV || flags.sharpV
  const shown = Array.from(fields, ([name, field]) => (names ? `${name}:` : '') + format(field, printing, within(position)))
  return `${flags.sharpV ? object.type.name : ''}{${shown.join(flags.sharpV ? ', ' : ' ')}}`
}

function within(position: Position): Position {
  return { depth: position.depth + 1, isBad: position.isBad }
}

function formatList(list: GoList, printing: Printing, position: Position): ByteText {
  const { verb, flags } = printing
  const bytes = bytesOfList(list)
  if (bytes !== undefined && /^[sqxX]$/.test(verb)) return formatText(bytes, verb, flags) ?? ''
  const inside = within(position)
  const items = list.items.map((item) => format(item, printing, inside))
  if (!flags.sharpV) return `[${items.join(' ')}]`
  const name = bytes !== undefined && position.depth === 0 && verb !== 'w' ? '[]byte' : list.type.name
  return list.isNil ? `${name}(nil)` : `${name}{${items.join(', ')}}`
}

function formatMap(map: GoMap, printing: Printing, position: Position): ByteText {
  const { flags } = printing
  const inside = within(position)
  const members = map
    .entries()
    .map(([key, member]) => `${format(map.keyValue(key), printing, inside)}:${format(member, printing, inside)}`)
  if (!flags.sharpV) return `map[${members.join(' ')}]`
  return map.isNil ? `${map.type.name}(nil)` : `${map.type.name}{${members.join(', ')}}`
}
