import type { MethodDefinition, SecretManagerProtos } from './proto-definitions.ts'
import type { Json, JsonObject } from './proto-json.ts'

/** A call as google.api.http reads it out of a request. */
export interface RoutedCall {
  readonly method: string
  readonly definition: MethodDefinition
  /** Fields of the path, and of the query where the rule has no body. */
  readonly fields: JsonObject
  /** `*`, the name of the field that the body is, or undefined. */
  readonly body: string | undefined
}

export type Router = (verb: string, path: string, query: URLSearchParams) => RoutedCall | undefined

interface Rule {
  readonly method: string
  readonly definition: MethodDefinition
  readonly verb: string
  readonly pattern: RegExp
  readonly names: readonly string[]
  readonly body: string | undefined
}

const VERBS = ['get', 'post', 'put', 'patch', 'delete'] as const

/** The routes that the google.api.http annotations of the protos describe (google/api/http.proto). */
export function createRouter(protos: SecretManagerProtos): Router {
  const rules = Array.from(protos.methods, ([method, definition]) => rulesOf(method, definition)).flat()
  return (verb, path, query) => {
    for (const rule of rules) {
      const match = rule.verb === verb ? rule.pattern.exec(path) : null
      if (!match) continue
      const fields: Record<string, Json> = {}
      for (const [name, value] of query) if (!name.startsWith('$')) place(fields, name, value)
      rule.names.forEach((name, i) => place(fields, name, decodeURIComponent(match[i + 1] ?? '')))
      return { method: rule.method, definition: rule.definition, fields, body: rule.body }
    }
    return undefined
  }
}

function rulesOf(method: string, definition: MethodDefinition): Rule[] {
  const option = definition.parsedOptions.find((one) => '(google.api.http)' in one)?.['(google.api.http)']
  const bindings = [option, (option as { additional_bindings?: unknown }).additional_bindings].flat()
  return bindings.flatMap((binding) => {
    const rule = (binding ?? {}) as Partial<Record<(typeof VERBS)[number] | 'body', string>>
    return VERBS.flatMap((verb) => {
      const template = rule[verb]
      return template ? [{ method, definition, verb: verb.toUpperCase(), body: rule.body, ...compile(template) }] : []
    })
  })
}

/** `/v1/{name=projects/*\/secrets/*}:access` as an expression, with the names of its fields. */
function compile(template: string): { readonly pattern: RegExp; readonly names: readonly string[] } {
  const names: string[] = []
  const source = template.replaceAll(/\{([^=}]+)=([^}]+)\}/g, (_, name: string, glob: string) => {
    names.push(name)
    return `(${glob.replaceAll('*', '[^/:]+')})`
  })
  return { pattern: new RegExp(`^${source}$`), names }
}

function place(fields: Record<string, Json>, path: string, value: string): void {
  const [first = '', ...rest] = path.split('.')
  const name = first.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
  if (rest.length === 0) fields[name] = value
  else place((fields[name] ??= {}) as Record<string, Json>, rest.join('.'), value)
}
