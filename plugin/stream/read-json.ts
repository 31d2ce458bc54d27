import type { ManifestValue } from './manifest-document.ts'
import { readingLimits } from './reading-limits.ts'

/** Integers that a number may not hold. */
const LONG_NUMBER = /[0-9]{16}/

/**
 * The value of a JSON text, much faster than YAML gives it; `undefined` where JSON.parse would not give the same as YAML: no JSON,
 * duplicate keys (they are warned of), long integers, too deep. Nor with an escape in a key: V8 of Node 24 and 26 may read such a key of one
 * character as a backslash (https://github.com/nodejs/node/issues/63785).
 */
export function readJson(text: string): ManifestValue | undefined {
  if (text.length > readingLimits.bytes || !/^\s*\{/.test(text) || LONG_NUMBER.test(text)) return undefined
  const keys = countKeys(text)
  if (keys === undefined) return undefined
  const value = parse(text)
  return value !== undefined && ownKeys(value) === keys ? value : undefined
}

function parse(text: string): ManifestValue | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The colons outside of strings; `undefined` where the text is too deep, its strings do not end, or a key has an escape. */
function countKeys(text: string): number | undefined {
  let keys = 0
  let depth = 0
  let hasEscape = false
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === 34) {
      const end = stringEnd(text, index)
      if (end === -1) return undefined
      hasEscape = text.slice(index, end).includes('\\')
      index = end
    } else if (code === 58) {
      if (hasEscape) return undefined
      keys++
    } else if (code === 123 || code === 91) depth++
    else if (code === 125 || code === 93) depth--
    if (depth > readingLimits.depth) return undefined
  }
  return keys
}

function stringEnd(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === 34) return index
    if (code === 92) index++
  }
  return -1
}

function ownKeys(value: ManifestValue): number {
  if (value === null || typeof value !== 'object') return 0
  const inner: readonly ManifestValue[] = Array.isArray(value) ? value : Object.values(value)
  return inner.reduce<number>((sum, item) => sum + ownKeys(item), Array.isArray(value) ? 0 : inner.length)
}
