export type Path = readonly (string | number)[]

/** A copy of `object` with `value` at `path`; without what is there when `value` is undefined. */
export function changed(object: unknown, path: Path, value: unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined) return value
  if (Array.isArray(object)) return object.map((item: unknown, index) => (index === step ? changed(item, rest, value) : item))
  const entries = new Map<string, unknown>(Object.entries(object ?? {}))
  const inner = changed(entries.get(String(step)), rest, value)
  if (inner === undefined) entries.delete(String(step))
  else entries.set(String(step), inner)
  return Object.fromEntries(entries)
}
