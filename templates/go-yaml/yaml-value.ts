/** What a document means to go-yaml. Integers are bigints and floats are numbers, since the two are written differently. */
export type YamlValue = YamlScalar | YamlList | YamlMap
export type YamlScalar = null | boolean | string | bigint | number
export type YamlList = readonly YamlValue[]
export type YamlMap = ReadonlyMap<YamlScalar, YamlValue>

export function isYamlList(value: YamlValue): value is YamlList {
  return Array.isArray(value)
}

export function isYamlMap(value: YamlValue): value is YamlMap {
  return value instanceof Map
}
