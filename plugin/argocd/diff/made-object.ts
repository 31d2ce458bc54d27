import { fetchedField, targetKind, targetName } from '../../expansion/external-secret-input.ts'
import type { ExpansionTrace } from '../../expansion/trace.ts'
import { type FieldPath, fieldName } from '../../model/field-path.ts'
import { SecretValue } from '../../model/secret-value.ts'
import type { ManifestMapping, ManifestValue } from '../../stream/manifest-document.ts'
import { mapping } from '../core-objects.ts'
import { type ComparedSecret, comparedMetadata } from './compared-secret.ts'

/** An object that a render makes instead of a Secret, and which of its fields. */
export interface MadeObject {
  readonly apiVersion: string
  readonly kind: string
  /** As `api/group-kind.ts` spells it. */
  readonly groupKind: string
  readonly namespace: string
  readonly name: string
  /** Those that templates write. */
  readonly fields: readonly FieldPath[]
  /** Maps whose keys are those that were fetched. */
  readonly maps: readonly FieldPath[]
}

/** Among all that is compared. */
export function objectId({ groupKind, namespace, name }: Pick<MadeObject, 'groupKind' | 'namespace' | 'name'>): string {
  return `${groupKind} ${namespace}/${name}`
}

/** What one ExternalSecret makes; undefined of a Secret. */
export function madeObject({ input, templated }: ExpansionTrace): MadeObject | undefined {
  const { manifest } = input.resource.spec.target
  if (!manifest) return undefined
  return {
    ...manifest,
    groupKind: targetKind(input),
    namespace: input.namespace,
    name: targetName(input),
    fields: (templated?.names ?? []).flatMap(({ field }) => (field ? [field] : [])),
    maps: templated?.keepsFetched ? [fetchedField(input)] : [],
  }
}

/** Only the fields that the render makes are compared, each as the JSON that it is. */
export function comparedObject(made: MadeObject, value: ManifestMapping): ComparedSecret {
  const keys = made.maps.flatMap((path) => Object.keys(mapping(valueAt(value, path)) ?? {}).map((key) => path.concat(key)))
  const fields = [...made.fields.filter(([first]) => first !== 'metadata'), ...keys]
  return {
    kind: made.groupKind,
    namespace: made.namespace,
    name: made.name,
    immutable: false,
    ...comparedMetadata(value),
    data: new Map(
      fields.flatMap((path) => {
        const found = valueAt(value, path)
        return found === undefined ? [] : [[fieldName(path), SecretValue.fromText(jsonOf(found))] as const]
      }),
    ),
  }
}

function valueAt(value: ManifestValue | undefined, path: FieldPath): ManifestValue | undefined {
  const [first, ...rest] = path
  if (first === undefined) return value
  if (typeof first === 'number') return isList(value) ? valueAt(value[first], rest) : undefined
  const map = mapping(value)
  return map && Object.hasOwn(map, first) ? valueAt(map[first], rest) : undefined
}

function isList(value: ManifestValue | undefined): value is readonly ManifestValue[] {
  return Array.isArray(value)
}

/** Maps in the order of their keys: the order says nothing. */
function jsonOf(value: ManifestValue): string {
  return JSON.stringify(value, (_key, one: ManifestValue) => {
    if (typeof one === 'bigint') return String(one)
    const map = mapping(one)
    return map ? Object.fromEntries(Object.entries(map).toSorted(([first], [second]) => (first < second ? -1 : 1))) : one
  })
}
