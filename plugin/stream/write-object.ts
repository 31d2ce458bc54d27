import { SecretError } from '../model/secret-error.ts'
import { scalarText } from './scalar-text.ts'

/** A key in front of `:` may have 1024 characters (YAML 1.2.2, 8.2.2); longer ones are written as `? key`. */
const LONGEST_KEY = 1000

/** An object as one YAML document in block style, keys in the order given, without `---`; every reader of YAML 1.1 and 1.2 reads the same values back. */
export function writeObject(object: object): string {
  const text = collection(object, '')
  return text.trimStart()
}

/** What follows a key's colon or a list's dash: ` value` and no line end, or line end and indented lines. */
function node(value: unknown, indent: string): string {
  if (typeof value === 'string') return ` ${scalarText(value)}\n`
  if (typeof value === 'object' && value !== null) return collection(value, indent)
  return ` ${atom(value)}\n`
}

function collection(value: object, indent: string): string {
  if (Array.isArray(value)) return value.length === 0 ? ' []\n' : `\n${listLines(value, indent)}`
  const lines = mappingLines(value, indent)
  return lines === '' ? ' {}\n' : `\n${lines}`
}

function listLines(items: readonly unknown[], indent: string): string {
  let text = ''
  for (const item of items) text += `${indent}-${compact(node(item, `${indent}  `), indent)}`
  return text
}

/** The first line of a collection in a list goes beside the dash: its indentation is as wide as the dash and a blank. */
function compact(text: string, indent: string): string {
  return text.startsWith('\n') ? text.slice(1 + indent.length + 1) : text
}

function mappingLines(value: object, indent: string): string {
  let text = ''
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue
    const name = scalarText(key)
    text += indent + (name.length > LONGEST_KEY ? `? ${name}\n${indent}:` : `${name}:`) + node(item, `${indent}  `)
  }
  return text
}

function atom(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return numberText(value)
  throw new SecretError('Bug', `a ${typeof value} cannot be written as YAML`)
}

/** With a point before an exponent: YAML 1.1 takes `1e+21` for a string. */
function numberText(number: number): string {
  if (Number.isNaN(number)) return '.nan'
  if (!Number.isFinite(number)) return number > 0 ? '.inf' : '-.inf'
  if (Object.is(number, -0)) return '-0.0'
  return String(number).replace(/^(-?\d+)e/, '$1.0e')
}
