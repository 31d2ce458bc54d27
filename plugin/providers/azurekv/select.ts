import { gjsonEscapeDots, gjsonGetBytes } from '../../json/gjson.ts'
import { jsonToSecretMap } from '../../json/secret-map.ts'
import { quoteName } from '../../model/quote-name.ts'
import { SecretError } from '../../model/secret-error.ts'
import { SecretValue } from '../../model/secret-value.ts'
import type { PropertyRef } from '../provider.ts'
import type { FetchedSecret } from '../secret-reader.ts'
import { flattenedTags, tagValue } from './metadata.ts'
import { NOUNS, parseObjectRef } from './object-ref.ts'

/** What `data[].remoteRef` asks for (external-secrets.md 7.2): a property of a certificate's value means nothing. */
export function select({ value }: FetchedSecret, ref: PropertyRef): SecretValue {
  if (!ref.property) return value
  if (ref.part === 'metadata') return tag(value, ref, ref.property)
  return parseObjectRef(ref).type === 'cert' ? value : property(value, ref, ref.property)
}

/** What `dataFrom[].extract` asks for: of secrets only. */
export function extract(fetched: FetchedSecret, ref: PropertyRef): ReadonlyMap<string, SecretValue> {
  const { type, name } = parseObjectRef(ref)
  if (type !== 'secret') {
    throw new SecretError('InvalidSpec', `the ${NOUNS[type]} ${quoteName(name)} cannot be taken apart by dataFrom.extract`, {
      remedy: 'take it whole by data[].remoteRef',
    })
  }
  if (ref.part === 'value') return jsonToSecretMap(select(fetched, ref).reveal())
  if (!ref.property) return flattenedTags(fetched.value, name)
  return new Map([[`${ref.key}_${ref.property}`, tag(fetched.value, ref, ref.property)]])
}

/** Raw gjson first, then the property as one name with its dots (external-secrets.md 3.5). */
function property(value: SecretValue, ref: PropertyRef, name: string): SecretValue {
  const json = value.reveal()
  const found = gjsonGetBytes(json, name) ?? gjsonGetBytes(json, gjsonEscapeDots(name))
  if (found) return new SecretValue(found)
  throw new SecretError('NotFound', `no property ${quoteName(name)} in ${quoteName(ref.key)}`, {
    remedy: 'correct remoteRef.property, or add it to the JSON that is stored',
  })
}

function tag(metadata: SecretValue, ref: PropertyRef, name: string): SecretValue {
  const text = tagValue(metadata, name)
  if (text !== undefined) return SecretValue.fromText(text)
  throw new SecretError('NotFound', `no tag ${quoteName(name)} on ${quoteName(ref.key)}`, {
    remedy: 'correct remoteRef.property, or tag the object in the vault',
  })
}
