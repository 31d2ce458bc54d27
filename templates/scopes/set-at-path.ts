import { byteTextOf, textOf } from '../byte-text.ts'
import { goQuote } from '../go-format/quote.ts'
import { isJsonList, isJsonMap, type JsonLike, type JsonLikeMap } from '../go-yaml/json-like.ts'
import { ScopeError } from './scope-error.ts'
import type { TargetPath } from './target-path.ts'

/**
 * The object with another value at a path: what `change` makes of the one that is there (undefined: none). Maps and lists on the way are
 * made where they are missing, lists filled up with nulls. Throws ScopeError where something else is in the way; `target` is the path as written.
 */
export function setAtPath(
  object: JsonLikeMap,
  path: TargetPath,
  target: string,
  change: (existing: JsonLike | undefined) => JsonLike,
): JsonLikeMap {
  const changed = set(object, path, target, change)
  if (!isJsonMap(changed)) throw new RangeError('a path must start with a key')
  return changed
}

function set(
  node: JsonLike | undefined,
  path: TargetPath,
  target: string,
  change: (existing: JsonLike | undefined) => JsonLike,
): JsonLike {
  const [step, ...rest] = path
  if (step === undefined) return change(node)
  if (typeof step === 'string') {
    const map = mapOf(node, step, target)
    return new Map([...map, [step, set(map.get(step), rest, target, change)]])
  }
  const list = listOf(node, step, target)
  const length = Math.max(list.length, step + 1)
  return Array.from({ length }, (_, index) => (index === step ? set(list[index], rest, target, change) : (list[index] ?? null)))
}

function mapOf(node: JsonLike | undefined, key: string, target: string): JsonLikeMap {
  if (node === undefined || node === null) return new Map()
  if (isJsonMap(node)) return node
  throw inTheWay(target, `expected map at key ${textOf(goQuote(byteTextOf(key)))} but found ${goTypeOf(node)}`)
}

function listOf(node: JsonLike | undefined, index: number, target: string): readonly JsonLike[] {
  if (node === undefined || node === null) return []
  if (isJsonList(node)) return node
  throw inTheWay(target, `expected array at index ${index} but found ${goTypeOf(node)}`)
}

function inTheWay(target: string, problem: string): ScopeError {
  return new ScopeError(`failed to set path ${target}: ${problem}`, { safe: true })
}

function goTypeOf(value: JsonLike): string {
  if (isJsonList(value)) return '[]interface {}'
  if (isJsonMap(value)) return 'map[string]interface {}'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'number') return 'float64'
  return typeof value === 'bigint' ? 'int64' : 'string'
}
