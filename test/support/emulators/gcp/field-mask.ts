import type { Json, JsonObject } from './proto-json.ts'

/**
 * What is left of an answer under the system parameter `fields` (header X-Goog-FieldMask): comma-separated paths, in either spelling; a path
 * through a list means each of its members. `*` is everything.
 */
export function maskMessage(message: JsonObject, mask: string): JsonObject {
  const paths = mask.split(',').map((path) => path.split('.').map(camelCase))
  return paths.some(([first]) => first === '*') ? message : (masked(message, paths) as JsonObject)
}

type Path = readonly string[]

function masked(value: Json, paths: readonly Path[]): Json {
  if (Array.isArray(value)) return value.map((item: Json) => masked(item, paths))
  if (typeof value !== 'object' || value === null || paths.some(({ length }) => length === 0)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      const below = paths.filter(([first]) => first === name).map(([, ...rest]) => rest)
      return below.length > 0 ? [[name, masked(inner, below)]] : []
    }),
  )
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
