import { type ByteText, bytesOf, byteText, byteTextOf, textOf } from './byte-text.ts'
import { searchGjson } from './gjson-search.ts'
import { textOfValue } from './gjson-value.ts'
import { GjsonWork } from './gjson-work.ts'

/**
 * What the gjson path `path` selects in JSON text, as text (external-secrets.md 3.5): a string unquoted, an integer's own digits, another
 * number as its shortest decimal, true or false, nothing for null, the raw JSON of an object or array. Undefined when nothing is there.
 * The path language is that of the Go package tidwall/gjson 1.18 (its SYNTAX.md). Like it, this never says that the text is not JSON.
 * Throws SecretError InvalidSpec for a path that costs or nests too much.
 */
export function gjsonGet(json: string, path: string): string | undefined {
  const text = select(byteTextOf(json), path)
  return text === undefined ? undefined : textOf(text)
}

/** {@link gjsonGet} on bytes: what the secret holds besides UTF-8 comes out as it went in. */
export function gjsonGetBytes(json: Uint8Array, path: string): Uint8Array | undefined {
  const text = select(byteText(json), path)
  return text === undefined ? undefined : bytesOf(text)
}

/** The path that takes `property` for one name, dots and all (external-secrets.md 3.5: "all dots escaped"). Nothing else is escaped. */
export function gjsonEscapeDots(property: string): string {
  return property.replaceAll('.', '\\.')
}

function select(json: ByteText, path: string): ByteText | undefined {
  const value = searchGjson(json, byteTextOf(path), new GjsonWork())
  return value.kind === 'missing' ? undefined : textOfValue(value)
}
