import { isPlain } from './flow-text.ts'

/** Data as YAML that every version of YAML reads alike; lists of texts on one line, each text in quotes unless nobody takes it for anything else. */
export function yamlText(value: Readonly<Record<string, unknown>>): string {
  return `${blockOf(value, '').join('\n')}\n`
}

function blockOf(value: unknown, indent: string): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item) => itemOf(item, indent))
  if (typeof value !== 'object' || value === null) return [`${indent}${String(value)}`]
  return Object.entries(value).flatMap(([name, item]) => fieldOf(scalar(name), item, indent))
}

function fieldOf(name: string, item: unknown, indent: string): readonly string[] {
  const short = shortText(item)
  if (short !== undefined) return [`${indent}${name}: ${short}`]
  return [`${indent}${name}:`, ...blockOf(item, `${indent}  `)]
}

function itemOf(item: unknown, indent: string): readonly string[] {
  const short = shortText(item)
  if (short !== undefined) return [`${indent}- ${short}`]
  const [first = '', ...rest] = blockOf(item, `${indent}  `)
  return [`${indent}- ${first.trimStart()}`, ...rest]
}

/** Of what fits on one line. */
function shortText(value: unknown): string | undefined {
  if (typeof value === 'string') return scalar(value)
  if (typeof value !== 'object' || value === null) return String(value)
  if (!Array.isArray(value)) return Object.keys(value).length === 0 ? '{}' : undefined
  return value.every((item) => typeof item === 'string') ? `[${value.map(scalar).join(', ')}]` : undefined
}

function scalar(text: string): string {
  return isPlain(text) ? text : escaped(JSON.stringify(text))
}

/** JSON leaves characters as they are that YAML does not allow, or that a reader of the file does not see. */
function escaped(json: string): string {
  return json.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join(''),
  )
}
