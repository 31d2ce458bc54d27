import { printable } from './printable.ts'

/** R18: quoted names are cut here. */
const MAX_LENGTH = 200

/** A name out of somebody's manifest, safe to print: in quotes, control and bidirectional characters escaped, cut at 200 characters. */
export function quoteName(name: string): string {
  const cut = name.length > MAX_LENGTH ? `${name.slice(0, MAX_LENGTH)}…` : name
  return `"${printable(cut.replaceAll(/["\\]/g, String.raw`\$&`))}"`
}
