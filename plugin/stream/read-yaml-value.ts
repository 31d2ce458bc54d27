import { SecretError } from '../model/secret-error.ts'
import { countLineBreaks } from './count-line-breaks.ts'
import type { ManifestValue } from './manifest-document.ts'
import { readYaml } from './read-yaml.ts'
import { ReadingError } from './reading-error.ts'

/** The value of one YAML document, by the same reader and limits as manifests. Throws SecretError InvalidSpec with the line in `text`. */
export function readYamlValue(text: string): ManifestValue {
  try {
    return readYaml(text).value
  } catch (thrown) {
    if (!(thrown instanceof ReadingError)) throw thrown
    throw new SecretError('InvalidSpec', thrown.message, {
      place: { line: 1 + countLineBreaks(thrown.text ?? text, thrown.offset) },
      remedy: thrown.remedy,
    })
  }
}
