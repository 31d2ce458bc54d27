/** What YAML and JSON call a mapping. */
export type PlainObject = Readonly<Record<string, unknown>>

export function isPlainObject(value: unknown): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Deeper values are left as they are: no schema of ours goes there, and the stack is finite. */
const MAX_DEPTH = 100

/**
 * `value` without the fields that are null, which the Kubernetes API takes for absent. Items of lists stay.
 * What several anchors of a YAML document share is copied once.
 */
export function withoutNulls(value: unknown): unknown {
  return copy(value, 0, new Map())
}

function copy(value: unknown, depth: number, copies: Map<unknown, unknown>): unknown {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return value
  if (copies.has(value)) return copies.get(value)
  if (Array.isArray(value)) {
    const items: unknown[] = []
    copies.set(value, items)
    for (const item of value) items.push(copy(item, depth + 1, copies))
    return items
  }
  const output: Record<string, unknown> = {}
  copies.set(value, output)
  for (const [name, item] of Object.entries(value)) {
    // Assigning to this name would set the prototype; no schema has a field of that name.
    if (item !== null && name !== '__proto__') output[name] = copy(item, depth + 1, copies)
  }
  return output
}
