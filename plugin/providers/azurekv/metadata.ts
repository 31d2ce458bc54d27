import { gjsonGet } from '../../json/gjson.ts'
import { goJson } from '../../json/go-json.ts'
import { isJsonObject } from '../../json/json-value.ts'
import { parseJson } from '../../json/parse-json.ts'
import { SecretValue } from '../../model/secret-value.ts'
import type { VaultObject } from './api.ts'

type Attribute = 'expires' | 'created' | 'updated' | 'notBefore'
const ATTRIBUTES: readonly Attribute[] = ['expires', 'created', 'updated', 'notBefore']

/** Which of the two clients of the External Secrets Operator is meant; only the older one tells attributes (external-secrets.md 7.2). */
export type MetadataForm = 'tags' | 'tags and attributes'

/** What `metadataPolicy: Fetch` gives of an object: its tags, and beside them `attribute.*` as RFC 3339 in UTC, as one JSON object. */
export function metadataOf(object: VaultObject, form: MetadataForm): SecretValue {
  const attributes = ATTRIBUTES.flatMap((name) => {
    const time = object[name]
    return time && form === 'tags and attributes' ? [[`attribute.${name}`, rfc3339(time)] as const] : []
  })
  return SecretValue.fromText(goJson(new Map([...object.tags, ...attributes])))
}

/** The value of a tag: named exactly, or `tag.path` into the JSON that it holds. */
export function tagValue(metadata: SecretValue, property: string): string | undefined {
  const tags = tagsOf(metadata)
  const exact = tags.get(property)
  if (exact !== undefined) return exact
  const dot = property.indexOf('.')
  const outer = dot > 0 ? tags.get(property.slice(0, dot)) : undefined
  return outer === undefined ? undefined : gjsonGet(outer, property.slice(dot + 1))
}

/** The tags by the keys that `extract` gives them: `<secret>_<tag>`, a tag that holds an object of strings flattened to `<secret>_<tag>_<key>`. */
export function flattenedTags(metadata: SecretValue, secretName: string): ReadonlyMap<string, SecretValue> {
  const flat = new Map<string, SecretValue>()
  for (const [tag, text] of tagsOf(metadata)) {
    if (isAttribute(tag)) continue
    const inner = objectOfStrings(text)
    if (inner) for (const [key, value] of inner) flat.set(`${secretName}_${tag}_${key}`, SecretValue.fromText(value))
    else flat.set(`${secretName}_${tag}`, SecretValue.fromText(text))
  }
  return flat
}

function tagsOf(metadata: SecretValue): ReadonlyMap<string, string> {
  return objectOfStrings(new TextDecoder().decode(metadata.reveal())) ?? new Map()
}

/** What Go decodes into a map of strings: an object whose values are strings, or null for none. `undefined` for anything else. */
function objectOfStrings(text: string): ReadonlyMap<string, string> | undefined {
  const json = parsed(text)
  if (json === null) return new Map()
  if (json === undefined || !isJsonObject(json)) return undefined
  const strings = new Map<string, string>()
  for (const [key, value] of json) {
    if (value !== null && typeof value !== 'string') return undefined
    strings.set(key, value ?? '')
  }
  return strings
}

function parsed(text: string): ReturnType<typeof parseJson> | undefined {
  try {
    return parseJson(text, 'verbatim')
  } catch {
    return undefined
  }
}

function isAttribute(tag: string): boolean {
  return ATTRIBUTES.some((name) => tag === `attribute.${name}`)
}

/** As Go writes a whole second. */
function rfc3339(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z')
}
