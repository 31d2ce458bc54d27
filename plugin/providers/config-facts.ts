/** How the facts of a configuration are made: everything counts but what is listed here. */
export interface FactRules {
  /** Fields (dotted paths) that decide neither whom a store asks, nor as whom, nor for what; what is below them does not count either. */
  readonly harmless: readonly string[]
  /** One spelling of what has several, by the dotted path of the field. */
  readonly canonical?: Readonly<Record<string, (text: string) => string>>
  /** Long texts that a rule can only allow or not: the fact says `given`. */
  readonly given?: readonly string[]
}

/**
 * Every leaf of a configuration as a fact, by its dotted path (`auth.kubernetes.role`); items of a list are several values of one fact. What a
 * schema gains later is a fact at once, so that a new field is refused until somebody decides (R3).
 */
export function configFacts(
  config: object,
  { harmless, canonical = {}, given = [] }: FactRules,
): ReadonlyMap<string, readonly string[]> {
  const facts = new Map<string, string[]>()

  function collect(value: unknown, path: string): void {
    if (value === undefined || value === null || harmless.includes(path)) return
    if (given.includes(path)) add(path, 'given')
    else if (Array.isArray(value)) for (const item of value) collect(item, path)
    else if (typeof value === 'object')
      for (const [name, field] of Object.entries(value)) collect(field, path === '' ? name : `${path}.${name}`)
    else if (typeof value === 'string') add(path, canonical[path]?.(value) ?? value)
    else add(path, JSON.stringify(value))
  }

  function add(path: string, text: string): void {
    facts.set(path, [...(facts.get(path) ?? []), text])
  }

  collect(config, '')
  return facts
}

/**
 * `scheme://host[:port][/path]` in one spelling, as the URL Standard writes it: lower case, names of other alphabets in their ASCII form, addresses in
 * dotted decimals. A query stands behind a slash, so that no pattern for hosts reaches into it. What is no URL, or logs in by itself, is `not a URL`.
 */
export function canonicalUrl(text: string): string {
  const url = URL.parse(text)
  if (!url || url.username !== '' || url.password !== '') return 'not a URL'
  const path = url.pathname.replace(/\/+$/, '')
  return `${url.protocol}//${hostOf(url)}${path}${url.search === '' ? '' : `/${url.search}`}`
}

/** A path without the slashes at its ends. One with steps, or with nothing between two slashes, leads who knows where: `not a path`. */
export function canonicalPath(text: string): string {
  const path = text.replaceAll(/^\/+|\/+$/g, '')
  const isPlain = path === '' || path.split('/').every((part) => !['', '.', '..'].includes(part))
  return isPlain ? path : 'not a path'
}

/** `host` or `host:port`, lower case and without a dot at its end; empty for what is no URL. */
export function urlHost(text: string): string {
  const url = URL.parse(text)
  return url ? hostOf(url) : ''
}

function hostOf({ hostname, port }: URL): string {
  return `${hostname.replace(/\.$/, '')}${port === '' ? '' : `:${port}`}`
}
