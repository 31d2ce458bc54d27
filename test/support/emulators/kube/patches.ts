import { badRequest, Refused } from './refused.ts'

type Json = unknown

/** RFC 7386. */
export function mergePatch(target: Json, patch: Json): Json {
  if (!isObject(patch)) return patch
  const result: Record<string, Json> = isObject(target) ? { ...target } : {}
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name]
    else result[name] = mergePatch(result[name], value)
  }
  return result
}

interface Operation {
  readonly op: string
  readonly path: string
  readonly value?: Json
}

/** RFC 6902, without `move` and `copy`. */
export function jsonPatch(target: Json, operations: Json): Json {
  if (!Array.isArray(operations)) throw badRequest('a JSON patch is a list')
  return (operations as readonly Operation[]).reduce(applied, structuredClone(target))
}

function applied(target: Json, { op, path, value }: Operation): Json {
  const segments = path.split('/').slice(1).map(unescaped)
  const last = segments.pop()
  const parent = segments.reduce<Json>((node, segment) => member(node, segment), target)
  if (last === undefined || typeof parent !== 'object' || parent === null) throw unprocessable()
  switch (op) {
    case 'test':
      if (JSON.stringify(member(parent, last)) !== JSON.stringify(value)) throw unprocessable()
      return target
    case 'remove':
      if (member(parent, last) === undefined) throw unprocessable()
      if (Array.isArray(parent)) parent.splice(Number(last), 1)
      else Reflect.deleteProperty(parent, last)
      return target
    case 'replace':
      if (member(parent, last) === undefined) throw unprocessable()
      Reflect.set(parent, last, value)
      return target
    case 'add':
      if (Array.isArray(parent)) parent.splice(last === '-' ? parent.length : Number(last), 0, value)
      else Reflect.set(parent, last, value)
      return target
    default:
      throw badRequest(`unknown operation ${op}`)
  }
}

function member(node: Json, name: string): Json {
  return typeof node === 'object' && node !== null && Object.hasOwn(node, name) ? (Reflect.get(node, name) as Json) : undefined
}

function unescaped(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~')
}

/** A path that is not there, or a test that failed. */
function unprocessable(): Refused {
  return new Refused(422, 'Invalid', 'the server rejected our request due to an error in our request')
}

export function isObject(value: Json): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
