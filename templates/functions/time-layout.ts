import type { ByteText } from '../byte-text.ts'

export type ZoneField =
  | 'Z070000'
  | 'Z07:00:00'
  | 'Z0700'
  | 'Z07:00'
  | 'Z07'
  | '-070000'
  | '-07:00:00'
  | '-0700'
  | '-07:00'
  | '-07'

/** A field of a layout, as the reference time Mon Jan 2 15:04:05 MST 2006 writes it. */
export type LayoutField =
  | ZoneField
  | 'January'
  | 'Jan'
  | 'Monday'
  | 'Mon'
  | 'MST'
  | '2006'
  | '06'
  | '01'
  | '1'
  | '02'
  | '_2'
  | '2'
  | '002'
  | '__2'
  | '15'
  | '03'
  | '3'
  | '04'
  | '4'
  | '05'
  | '5'
  | 'PM'
  | 'pm'
  | '.0'
  | '.9'

export interface LayoutPart {
  /** What is written as it is before the field. */
  readonly literal: ByteText
  /** Undefined: the layout ends here. `.0` and `.9` stand for fractions of any length. */
  readonly field: LayoutField | undefined
  /** The field as the layout has it. */
  readonly text: ByteText
}

export function isZoneField(field: LayoutField): field is ZoneField {
  return /^[Z-]07/.test(field)
}

/** What begins no field is literal. Of fields that begin alike the longer is first. */
const FIELD =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|0[1-6]|002|15|1|2006|2|__2|_2(?!006)|[345]|PM|pm|[Z-]07(?:0000|:00:00|00|:00)?|[.,](?:0+|9+)(?!\d)/g

/** A layout of Go's time package, taken apart. */
export function parseLayout(layout: ByteText): readonly LayoutPart[] {
  const parts: LayoutPart[] = []
  let end = 0
  for (const { 0: text, index } of layout.matchAll(FIELD)) {
    parts.push({ literal: layout.slice(end, index), field: fieldOf(text), text })
    end = index + text.length
  }
  parts.push({ literal: layout.slice(end), field: undefined, text: '' })
  return parts
}

function fieldOf(text: string): LayoutField {
  // Every text that FIELD matches is one of these, but for fractions, which have a sign and a length of their own.
  return FIELDS.find((field) => field === text) ?? (text.charAt(1) === '0' ? '.0' : '.9')
}

const FIELDS: readonly LayoutField[] = [
  ...(['Z070000', 'Z07:00:00', 'Z0700', 'Z07:00', 'Z07', '-070000', '-07:00:00', '-0700', '-07:00', '-07'] as const),
  ...(['January', 'Jan', 'Monday', 'Mon', 'MST', '2006', '06', '01', '1', '02', '_2', '2', '002', '__2'] as const),
  ...(['15', '03', '3', '04', '4', '05', '5', 'PM', 'pm'] as const),
]
