/** What JSON can say; integers that an int64 holds are bigints where the reader asked for them. */
export type JsonLike = null | boolean | string | number | bigint | readonly JsonLike[] | JsonLikeMap
export type JsonLikeMap = ReadonlyMap<string, JsonLike>

export function isJsonList(value: JsonLike): value is readonly JsonLike[] {
  return Array.isArray(value)
}

export function isJsonMap(value: JsonLike): value is JsonLikeMap {
  return value instanceof Map
}
