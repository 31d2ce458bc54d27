import { isJsonObject, type JsonObject, type JsonValue } from './json-value.ts'

/**
 * The member of that name, or of the first object among the members that has one, and so on down: how ESO looks for a setting in the
 * metadata of a PushSecret. ESO looks into any one of the objects, we into all of them in their order.
 */
export function findMember(object: JsonObject, name: string): JsonValue | undefined {
  const own = object.get(name)
  if (own !== undefined) return own
  for (const member of object.values()) {
    const found = isJsonObject(member) ? findMember(member, name) : undefined
    if (found !== undefined) return found
  }
  return undefined
}
