import { fieldName } from '../model/field-path.ts'
import { quoteName } from '../model/quote-name.ts'
import { asSecretError, SecretError } from '../model/secret-error.ts'
import type { DuplicateKey } from './build-value.ts'
import { countLineBreaks } from './count-line-breaks.ts'
import { documentText } from './document-text.ts'
import type { ManifestDocument, ManifestValue, StreamWarning } from './manifest-document.ts'
import { readJson } from './read-json.ts'
import { type ReadYaml, readYaml } from './read-yaml.ts'
import { ReadingError } from './reading-error.ts'

export interface ReadDocument {
  /** `null` of an empty document. */
  readonly value: ManifestValue
  readonly warnings: readonly StreamWarning[]
}

/** One document, whatever it holds, as a plain value. Throws SecretError InvalidSpec with file, line and remedy. */
export function readDocument(document: ManifestDocument): ReadDocument {
  let text = document.source
  let line = document.sourceLine
  try {
    ;({ text, line } = documentText(document))
    const read = valueOf(text)
    return { value: read.value, warnings: duplicateWarnings(document, read.text, line, read.duplicates) }
  } catch (thrown) {
    if (!(thrown instanceof ReadingError)) throw asSecretError(thrown).at({ file: document.file, line: document.line })
    throw new SecretError('InvalidSpec', thrown.message, {
      place: { file: document.file, line: line + countLineBreaks(thrown.text ?? text, thrown.offset) },
      remedy: thrown.remedy,
    })
  }
}

function valueOf(text: string): ReadYaml {
  const json = readJson(text)
  return json === undefined ? readYaml(text) : { value: json, duplicates: [], text }
}

/** Linear in text and duplicates: they come in the order of the text. */
function duplicateWarnings(
  document: ManifestDocument,
  text: string,
  firstLine: number,
  duplicates: readonly DuplicateKey[],
): readonly StreamWarning[] {
  let line = firstLine
  let counted = 0
  return duplicates.map(({ offset, path }) => {
    line += countLineBreaks(text.slice(counted, offset))
    counted = Math.max(counted, offset)
    return {
      place: { file: document.file, line, field: fieldName(path) },
      message: `the key ${quoteName(String(path.at(-1)))} is there twice; the last one wins`,
    }
  })
}
