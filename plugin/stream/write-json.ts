/** A plain value as JSON on one line; unlike JSON.stringify it knows bigint. Half a surrogate pair becomes U+FFFD. */
export function writeJson(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.toWellFormed())
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  return `{${entries.map(([key, item]) => `${writeJson(key)}:${writeJson(item)}`).join(',')}}`
}
