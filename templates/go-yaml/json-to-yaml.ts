import { decodeYaml } from './decode.ts'
import { emitYaml } from './emitter.ts'
import { readText } from './read-text.ts'

/**
 * sigs.k8s.io/yaml's JSONToYAML, with a line break at the end: the JSON is read as the YAML that it nearly is and written again.
 * `onLine` is told how long each line is. Throws YamlError for JSON that YAML does not take, such as a raw DEL character.
 */
export function jsonToYaml(json: Uint8Array, onLine: (characters: number) => void): string {
  return emitYaml(decodeYaml(readText(json)), onLine)
}
