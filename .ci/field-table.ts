import { structuralSchema } from '../plugin/api/crd/structural-schema.ts'
import type { StructuralSchema } from '../plugin/api/crd-facts.ts'
import { dataKeySchema, namespaceSchema, objectNameSchema } from '../plugin/api/names.ts'
import { caProvider, secretKeySelector, serviceAccountSelector } from '../plugin/api/selectors.ts'

/** Shapes that many fields have: told once, at the end of a page that needs them. */
const SHAPES = [
  { name: 'a key of a Secret', schema: structuralSchema(secretKeySelector) },
  { name: 'a ServiceAccount', schema: structuralSchema(serviceAccountSelector) },
  { name: 'certificates', schema: structuralSchema(caProvider) },
].map(({ name, schema }) => ({ name, schema, fields: fieldsKey(schema) }))

/** Expressions that many fields share, in words. */
const NAMED_PATTERNS: ReadonlyMap<string | undefined, string> = new Map([
  [structuralSchema(objectNameSchema).pattern, 'DNS name'],
  [structuralSchema(namespaceSchema).pattern, 'DNS label'],
  [structuralSchema(dataKeySchema).pattern, 'key of a Secret'],
])

/** How a definition names the page of a provider, which has no links. */
const PROVIDER_PAGE = /^The provider \w+: docs\/providers\/(\w+)\.md\.$/

/** A field and where it stands, `spec.data[].secretKey`. */
export interface Row {
  readonly path: string
  readonly schema: StructuralSchema
  readonly isRequired: boolean
  /** Told elsewhere: what stands for the type, and no rows below. */
  readonly elsewhere?: string
}

/** Fields that another page tells: the link to it, by the {@link fieldsKey} of their schema. */
export type OtherPages = ReadonlyMap<string, string>

/** Every field of `schema`, which stands at `path`, itself first. */
export function rowsOf(schema: StructuralSchema, path: string, pages: OtherPages = new Map()): readonly Row[] {
  return [{ path, schema, isRequired: false }, ...rowsBelow(schema, path, pages)]
}

function rowsBelow(schema: StructuralSchema, path: string, pages: OtherPages): readonly Row[] {
  const { properties = {}, required = [] } = fieldsOf(schema)
  return Object.entries(properties)
    .filter(([, field]) => !isNotServed(field))
    .flatMap(([name, field]) => {
      const elsewhere = toldElsewhere(field, pages)
      const below = `${path}${listMark(schema)}.${name}`
      const row: Row = { path: below, schema: field, isRequired: required.includes(name), ...(elsewhere && { elsewhere }) }
      return elsewhere ? [row] : [row].concat(rowsBelow(field, below, pages))
    })
}

/** The shapes that rows point to. */
export function shapesIn(rows: readonly Row[]): readonly string[] {
  return SHAPES.filter(({ name }) => rows.some(({ elsewhere }) => elsewhere === shapeLink(name))).map(
    ({ name, schema }) => `### ${title(name)}\n\n${schema.description}\n\n${fieldTable(rowsOf(schema, '').slice(1))}`,
  )
}

/** Of a list the fields are those of its items. */
function fieldsOf(schema: StructuralSchema): StructuralSchema {
  return schema.type === 'array' && schema.items ? schema.items : schema
}

function listMark({ type }: StructuralSchema): string {
  return type === 'array' ? '[]' : ''
}

/** A provider or generator that is not implemented: any fields, under a name. */
function isNotServed({ description = '', ...schema }: StructuralSchema): boolean {
  return schema['x-kubernetes-preserve-unknown-fields'] === true && description.endsWith('not implemented here.')
}

function toldElsewhere(schema: StructuralSchema, pages: OtherPages): string | undefined {
  const key = fieldsKey(schema)
  const shape = SHAPES.find(({ fields }) => fields === key)
  return shape ? shapeLink(shape.name) : pages.get(key)
}

function shapeLink(name: string): string {
  return `[${name}](#${name.toLowerCase().replaceAll(' ', '-')})`
}

/** Equal for schemas with the same fields; empty for one without fields. */
export function fieldsKey({ properties }: StructuralSchema): string {
  return properties ? JSON.stringify(properties) : ''
}

/** Markdown; `isOlder` says which fields v1beta1 has too. */
export function fieldTable(rows: readonly Row[], isOlder: (path: string) => boolean = () => true): string {
  const lines = rows.map(({ path, schema, isRequired, elsewhere }) => {
    const name = `\`${path.replace(/^\./, '')}\``
    const since = isOlder(path) ? '' : ' Not in v1beta1.'
    return `| ${isRequired ? `**${name}**` : name} | ${elsewhere ?? typeOf(schema)} | ${meaning(schema)}${since} |\n`
  })
  return `| field | type | what |\n|---|---|---|\n${lines.join('')}`
}

function typeOf(schema: StructuralSchema): string {
  if (schema.type === 'array') return `list of ${schema.items ? typeOf(schema.items) : 'anything'}`
  if (schema.enum)
    return schema.enum.map((value) => `\`${JSON.stringify(value)}\``.replaceAll('"', value === '' ? '"' : '')).join(', ')
  if (schema.additionalProperties) return `map of ${typeOf(schema.additionalProperties)}`
  if (schema['x-kubernetes-int-or-string']) return 'integer or string'
  if (schema.format === 'byte') return 'string, in an API server base64'
  if (schema.format === 'date-time') return 'time'
  return NAMED_PATTERNS.get(schema.pattern) ?? schema.type ?? 'anything'
}

function meaning({ description = '', default: standard, maxLength, pattern, minItems }: StructuralSchema): string {
  const facts = [
    ...(standard === undefined || typeof standard === 'object'
      ? []
      : [`Default: \`${JSON.stringify(standard)}\`.`.replaceAll('"', standard === '' ? '"' : '')]),
    ...(maxLength === undefined || NAMED_PATTERNS.has(pattern) ? [] : [`At most ${maxLength} characters.`]),
    ...(minItems === undefined ? [] : [`At least ${minItems}.`]),
    ...(pattern === undefined || NAMED_PATTERNS.has(pattern) ? [] : [`Matches \`${pattern.replaceAll('|', '\\|')}\`.`]),
  ]
  return [description.replaceAll('|', '\\|').replace(PROVIDER_PAGE, '[$1](../providers/$1.md).'), ...facts]
    .filter((text) => text !== '')
    .join(' ')
}

function title(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}
