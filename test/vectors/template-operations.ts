import { applyTemplate } from './apply-template-operation.ts'
import { execute, tryParseYaml } from './execute-operation.ts'
import type { Fields } from './fields.ts'
import { callWithFixedRandom } from './function-operation.ts'

/** The operations of template-v2.json, which take a whole case. They throw GoFailure. */
export const templateOperations: ReadonlyMap<string, (vector: Fields) => unknown> = new Map<string, (vector: Fields) => unknown>([
  ['execute', execute],
  ['applyTemplate', applyTemplate],
  ['tryParseYAML', tryParseYaml],
  ['fn', callWithFixedRandom],
])
