/** What a name may mean in a gjson path, its dots aside. */
const GJSON_SIGN = /[*?|#@!{}[\]()\\=<>%"]/
const ANY_SIGN = /[.*?|#@!{}[\]()\\=<>%"]/g

/** `property` for a top-level name. Dots alone need no escape: providers try the name as it is (external-secrets.md 3.5). */
export function plainProperty(name: string): string {
  return GJSON_SIGN.test(name) ? escaped(name) : name
}

/** `property` for the way to a value inside, one name or index after the other. */
export function nestedProperty(steps: readonly string[]): string {
  return steps.map(escaped).join('.')
}

function escaped(name: string): string {
  return name.replaceAll(ANY_SIGN, String.raw`\$&`)
}
