import type { ParsedNode } from 'yaml'
import { UsageError } from '../config/usage-error.ts'
import { isJson } from '../json/is-json.ts'
import { jsonToSecretMap } from '../json/secret-map.ts'
import { SecretError } from '../model/secret-error.ts'
import { shownFile } from '../model/shown-file.ts'
import { countLineBreaks } from '../stream/count-line-breaks.ts'
import { readYamlValue } from '../stream/read-yaml-value.ts'
import { writeJson } from '../stream/write-json.ts'
import type { InputFile } from './read-input.ts'

type Values = ReadonlyMap<string, Uint8Array>

/**
 * The values that a data file gives to a template. Values are texts, as they are spelt: `port: 0123` is `0123`, `flag: yes` is `yes`; nothing is the
 * empty text, lists and maps are JSON, `!!binary` are bytes. Throws SecretError InvalidSpec with file and line, UsageError for a file that is no text.
 */
export async function templateData({ name, bytes }: InputFile): Promise<Values> {
  const text = utf8Text(name, bytes)
  try {
    return text.trimStart().startsWith('{') && isJson(text) ? jsonValues(text) : await yamlValues(text)
  } catch (thrown) {
    if (thrown instanceof SecretError) throw thrown.at({ file: name })
    throw thrown
  }
}

/** The text of a file, without a byte order mark. Throws UsageError: bytes that are no text would be replaced silently. */
export function utf8Text(name: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new UsageError(`${shownFile(name)} is not UTF-8`, 'save it as UTF-8')
  }
}

function jsonValues(text: string): Values {
  return new Map(Array.from(jsonToSecretMap(Buffer.from(text)), ([key, value]) => [key, value.reveal()]))
}

/** The reader of manifests checks the text, within its limits; how things are spelt is known to the package yaml alone. */
async function yamlValues(text: string): Promise<Values> {
  const whole = readYamlValue(text)
  if (whole === null) return new Map()
  const { parseDocument, isAlias, isMap, isScalar } = await import('yaml')
  const document = parseDocument(text, {
    schema: 'core',
    customTags: ['binary'],
    intAsBigInt: true,
    prettyErrors: false,
    logLevel: 'silent',
  })
  const [error] = document.errors
  if (error) {
    const what = error.code === 'DUPLICATE_KEY' ? 'a name that is there before' : 'not valid YAML'
    throw invalid(what, 1 + countLineBreaks(text, error.pos[0]), 'correct this line')
  }
  if (!isMap(document.contents)) throw invalid('expected a map of names to values', 1, 'write NAME: VALUE')
  return new Map(document.contents.items.map(({ key, value }) => [Buffer.from(bytesOf(key)).toString(), bytesOf(value)]))

  function bytesOf(given: ParsedNode | null): Uint8Array {
    const node = isAlias(given) ? given.resolve(document) : given
    if (node === null || node === undefined) return new Uint8Array()
    if (!isScalar(node)) return new TextEncoder().encode(writeJson(node.toJS(document)))
    if (node.value instanceof Uint8Array) return node.value
    if (node.value === null) return new Uint8Array()
    return new TextEncoder().encode(typeof node.value === 'string' ? node.value : (node.source ?? ''))
  }
}

function invalid(message: string, line: number, remedy: string): SecretError {
  return new SecretError('InvalidSpec', message, { place: { line }, remedy })
}
