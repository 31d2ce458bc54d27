import { gjsonEscapeDots, gjsonGetBytes } from '../../json/gjson.ts'
import { goJson } from '../../json/go-json.ts'
import { isJson } from '../../json/is-json.ts'
import { jsonToSecretMap } from '../../json/secret-map.ts'
import { quoteName } from '../../model/quote-name.ts'
import { SecretError } from '../../model/secret-error.ts'
import { SecretValue } from '../../model/secret-value.ts'
import type { PropertyRef } from '../provider.ts'
import type { FetchedSecret } from '../secret-reader.ts'

/** What `property` selects of a payload, or of labels and annotations (external-secrets.md 3.5 and 7.3). */
export function selectOf({ value }: FetchedSecret, ref: PropertyRef): SecretValue {
  if (ref.part === 'metadata') return metadataOf(value, ref)
  return ref.property ? propertyOf(value, ref.key, ref.property) : value
}

export function extractOf(secret: FetchedSecret, ref: PropertyRef): ReadonlyMap<string, SecretValue> {
  return jsonToSecretMap(selectOf(secret, ref).reveal())
}

/** A dotted property is tried as a literal key first, unless the dot is its first character. */
function propertyOf(value: SecretValue, key: string, property: string): SecretValue {
  const bytes = value.reveal()
  if (!isJson(new TextDecoder().decode(bytes))) {
    throw new SecretError(
      'InvalidSpec',
      `the secret ${quoteName(key)} is not JSON, so it has no property ${quoteName(property)}`,
      {
        remedy: 'leave property out to take the secret as it is',
      },
    )
  }
  const literal = property.indexOf('.') > 0 ? gjsonGetBytes(bytes, gjsonEscapeDots(property)) : undefined
  const found = literal ?? gjsonGetBytes(bytes, property)
  if (!found) throw missing(`property ${quoteName(property)}`, key)
  return new SecretValue(found)
}

const WHOLE = /^(annotations|labels)$/
const MEMBER = /^(annotations|labels)\.(.+)$/s

function metadataOf(value: SecretValue, { key, property }: PropertyRef): SecretValue {
  if (!property) return value
  const whole = WHOLE.exec(property)?.[1]
  if (whole) return SecretValue.fromText(goJson(mapOf(value, whole)))
  const [, kind, name] = MEMBER.exec(property) ?? []
  if (kind === undefined || name === undefined) {
    throw new SecretError('InvalidSpec', `${quoteName(property)} is no part of the metadata of a secret`, {
      remedy: 'start the property with annotations or labels',
    })
  }
  const found = mapOf(value, kind).get(name)
  if (found === undefined) throw missing(`${kind === 'labels' ? 'label' : 'annotation'} ${quoteName(name)}`, key)
  return SecretValue.fromText(found)
}

/** The reader made the JSON: annotations and labels, text by text. */
function mapOf(value: SecretValue, kind: string): ReadonlyMap<string, string> {
  const parsed: Readonly<Record<string, Readonly<Record<string, string>>>> = JSON.parse(new TextDecoder().decode(value.reveal()))
  return new Map(Object.entries(parsed[kind] ?? {}))
}

function missing(what: string, key: string): SecretError {
  return new SecretError('NotFound', `there is no ${what} in the secret ${quoteName(key)}`, {
    remedy: 'check its spelling, and which version is read',
  })
}
