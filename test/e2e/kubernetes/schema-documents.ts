import { celRuleHolds, type StructuralSchema } from '../../../plugin/api/crd-facts.ts'
import { isPlainObject } from '../../../plugin/api/plain-object.ts'

type Path = readonly (string | number)[]
type Fields = Readonly<Record<string, unknown>>

/** A value that fits a schema, and the field that it was made for. */
export interface SchemaDocument {
  readonly path: Path
  readonly value: unknown
}

/** The least that fits, and for each field at any depth the least that has it. Of what is refused whichever way, something is there all the same. */
export function schemaDocuments(schema: StructuralSchema): readonly SchemaDocument[] {
  return fieldPaths(schema).map((path) => ({ path, value: withField(schema, path) }))
}

function fieldPaths({ properties = {}, items, additionalProperties }: StructuralSchema): readonly Path[] {
  const inside: readonly (readonly [string | number, StructuralSchema])[] = [
    ...Object.entries(properties),
    ...(items ? [[0, items] as const] : []),
    ...(additionalProperties ? [['any', additionalProperties] as const] : []),
  ]
  return [[], ...inside.flatMap(([step, field]) => fieldPaths(field).map((path) => [step].concat(path)))]
}

function withField(schema: StructuralSchema, [step, ...rest]: Path): unknown {
  if (step === undefined) return leastOf(schema)
  const field = typeof step === 'number' ? schema.items : (schema.properties?.[step] ?? schema.additionalProperties)
  const inner = withField(field ?? {}, rest)
  return typeof step === 'number' ? [inner] : objectWith(schema, { [step]: inner })
}

/** TEXTS has one for each pattern. */
const TEXTS = ['word', 'reader@shop.iam.gserviceaccount.com', '@daily'] as const
const FORMATS: Readonly<Record<string, string>> = { byte: 'UEVN', 'date-time': '2026-08-08T12:00:00Z' }

function leastOf(schema: StructuralSchema): unknown {
  const { type, enum: members, minimum, minItems = 0, items, format = '', pattern } = schema
  if (members) return members.at(-1)
  if (schema['x-kubernetes-int-or-string'] || type === 'integer') return minimum ?? 1
  if (type === 'boolean') return true
  if (type === 'array') return Array.from({ length: Math.max(minItems, 1) }, () => leastOf(items ?? {}))
  if (type === 'object') return objectWith(schema, {})
  const text = TEXTS.find((candidate) => pattern === undefined || new RegExp(pattern).test(candidate))
  return FORMATS[format] ?? text
}

/** The fields that are given, all that are required, and up to two others, until the rules hold. */
function objectWith(schema: StructuralSchema, given: Fields): Fields {
  const { properties = {}, required = [] } = schema
  const made = (names: readonly string[]): Fields => ({
    ...Object.fromEntries(
      names.filter((name) => !Object.hasOwn(given, name)).map((name) => [name, leastOf(properties[name] ?? {})]),
    ),
    ...given,
  })
  const names = Object.keys(properties)
  const choices = [[], ...names.map((name) => [name]), ...names.flatMap((name) => names.map((other) => [name, other]))]
  const fitting = choices.find((more) => fits(schema, made([...required, ...more])))
  return made([...required, ...(fitting ?? [])])
}

function fits(schema: StructuralSchema, value: Fields): boolean {
  const { minProperties = 0, maxProperties = Number.POSITIVE_INFINITY } = schema
  const count = Object.keys(value).length
  const rules = schema['x-kubernetes-validations'] ?? []
  return (
    count >= minProperties && count <= maxProperties && isPlainObject(value) && rules.every((rule) => celRuleHolds(rule, value))
  )
}
