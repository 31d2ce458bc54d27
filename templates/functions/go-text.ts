import type { ByteText } from '../byte-text.ts'
import { printValue } from '../go-format/print-value.ts'
import { bytesOfList, isList, type TemplateValue } from '../value.ts'

/** A value as sprig's `strval` gives it: bytes are text, everything else is as Go prints it; nil is `<nil>`. */
export function goText(value: TemplateValue): ByteText {
  return bytesOfList(value) ?? printValue(value)
}

/** The texts of a list without its nils, as sprig's `strslice` makes them; anything else is its own only item, nil none. */
export function goTexts(value: TemplateValue): readonly ByteText[] {
  const items = isList(value) ? value.items : [value]
  return items.filter((item) => item !== undefined).map(goText)
}
