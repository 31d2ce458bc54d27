import { quoteName } from '../model/quote-name.ts'

/** Needs no quotes in YAML 1.1 or 1.2, in flow style, whatever stands beside it. */
const PLAIN = /^[A-Za-z][\w./-]*$/
/** What YAML 1.1 takes for something else than a text. */
const SPECIAL = /^(y|n|yes|no|on|off|true|false|null)$/i

/** Data as YAML on one line, for a message: names are escaped and cut (R18). */
export function flowText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowText).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([name, item]) => `${scalarText(name)}: ${flowText(item)}`)
      .join(', ')}}`
  }
  return typeof value === 'string' ? scalarText(value) : String(value)
}

function scalarText(text: string): string {
  return isPlain(text) ? text : quoteName(text)
}

export function isPlain(text: string): boolean {
  return text.length <= 200 && PLAIN.test(text) && !SPECIAL.test(text)
}
