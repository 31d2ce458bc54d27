import { type BuiltValue, buildValue } from './build-value.ts'
import { parseYaml } from './parse-yaml.ts'
import { ReadingError } from './reading-error.ts'

export interface ReadYaml extends BuiltValue {
  /** What the offsets of duplicates point into. Its lines are those of the text that was given. */
  readonly text: string
}

/** One YAML document as a plain value, bounded by the reading limits. Throws {@link ReadingError}, and nothing else for any text. */
export function readYaml(text: string): ReadYaml {
  const parsed = parseYaml(text)
  try {
    return { ...buildValue(parsed.text, parsed.events), text: parsed.text }
  } catch (thrown) {
    throw thrown instanceof ReadingError ? thrown.within(parsed.text) : thrown
  }
}
