import { stringify } from 'yaml'
import type { CustomResource } from '../plugin/api/crd/custom-resource.ts'
import { objectSchema } from '../plugin/api/crd/custom-resource-definition.ts'
import { customResources } from '../plugin/api/crd/custom-resources.ts'
import { inV1, inV1beta1, structuralSchema } from '../plugin/api/crd/structural-schema.ts'
import type { StructuralSchema } from '../plugin/api/crd-facts.ts'
import { dataKeySchema, namespaceSchema, objectNameSchema } from '../plugin/api/names.ts'
import { caProvider, secretKeySelector, serviceAccountSelector } from '../plugin/api/selectors.ts'
import { generatorSpecs, type ProviderConfigs, providerConfigs } from './crds.ts'
import { type KindPage, kindPages } from './kind-pages.ts'

const FOLDER = new URL('../docs/reference/', import.meta.url)
const HEAD = '<!-- Made from plugin/api by `npm run generate`; do not edit. -->\n'

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

const SPEC_OF_EXTERNAL_SECRET = fieldsKey(specOf('ExternalSecret', new Map(), inV1))

/** How a definition names the page of a provider, which has no links. */
const PROVIDER_PAGE = /^The provider \w+: docs\/providers\/(\w+)\.md\.$/

interface Row {
  readonly path: string
  readonly schema: StructuralSchema
  readonly isRequired: boolean
  /** Told elsewhere: what stands for the type, and no rows below. */
  readonly elsewhere?: string
}

/** A page for each kind of the API, from the schemas that read manifests. `npm run generate` writes them, a test compares. */
export async function referenceFiles(): Promise<readonly (readonly [file: URL, text: string])[]> {
  const providers = await providerConfigs()
  const pages = customResources.map((resource) => [file(resource.kind), page(resource, providers)] as const)
  return [[new URL('README.md', FOLDER), overview()], ...pages, [file('generators'), generatorsPage(await generatorSpecs())]]
}

function file(kind: string): URL {
  return new URL(`${kind.toLowerCase()}.md`, FOLDER)
}

/** One page for all generators: they have a spec and nothing else. */
function generatorsPage(specs: ReadonlyMap<string, Parameters<typeof structuralSchema>[0]>): string {
  const tables = [...specs]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([kind, spec]) => [kind, rowsOf(structuralSchema(spec), 'spec', false).slice(1)] as const)
  const rows = tables.flatMap(([, fields]) => fields)
  const parts = [
    `${HEAD}# Generators\n\nThe kinds of \`generators.external-secrets.io/v1alpha1\` that this program acts on. [Generators](../generators.md) tells what they make, with an example of each.\n`,
    ...tables.map(
      ([kind, fields]) =>
        `## ${kind}\n\n${fields.length > 0 ? `Fields in **bold** are required.\n\n${table(fields)}` : 'It has no fields.\n'}`,
    ),
    `## ClusterGenerator\n\nA generator for every namespace: \`spec.kind\` is one of these kinds, and its spec stands under \`spec.generator\`, in the field of that kind, such as \`passwordSpec\`.\n`,
    ...shapesIn(rows),
  ]
  return parts.join('\n')
}

/** The shapes that rows point to. */
function shapesIn(rows: readonly Row[]): readonly string[] {
  return SHAPES.filter(({ name }) => rows.some(({ elsewhere }) => elsewhere === shapeLink(name))).map(
    ({ name, schema }) => `### ${title(name)}\n\n${schema.description}\n\n${table(rowsOf(schema, '', false).slice(1))}`,
  )
}

function overview(): string {
  const rows = customResources.map(
    ({ kind, scope, shortName, description }) =>
      `| [${kind}](${kind.toLowerCase()}.md) | \`${shortName}\` | ${scope === 'Cluster' ? 'cluster' : 'namespace'} | ${description} |\n`,
  )
  return `${HEAD}# Reference\n\nThe kinds of \`external-secrets.io/v1\` that this program acts on. Each page has an example, every field of \`spec\`, what to know when working with it, and its \`status\`. The same schemas make the [definitions for API servers](../controller-install.md#the-kinds).\n\n| kind | short | belongs to a | what |\n|---|---|---|---|\n${rows.join('')}\nThe kinds of \`generators.external-secrets.io/v1alpha1\` are on [one page](generators.md).\n`
}

function page(resource: CustomResource, providers: ProviderConfigs): string {
  const { kind, description, status } = resource
  const { example, notes } = pageOf(kind)
  const spec = rowsOf(specOf(kind, providers, inV1), 'spec', false)
  const older = new Set(rowsOf(specOf(kind, providers, inV1beta1), 'spec', false).map(({ path }) => path))
  const parts = [
    `${HEAD}# ${kind}\n\n${description}\n`,
    `## Example\n\n\`\`\`yaml\n${stringify(example, { lineWidth: 0 })}\`\`\`\n`,
    `## Writing a spec\n\nFields in **bold** are required.\n\n${table(spec, (path) => older.has(path))}`,
    ...shapesIn(spec),
    `## Working with ${article(kind)} ${kind}\n\n${notes.map((note) => `- ${note}\n`).join('')}`,
    `## Status\n\nWritten by a controller alone.\n\n${table(rowsOf(structuralSchema(status), 'status', false))}`,
  ]
  return parts.join('\n')
}

function pageOf(kind: string): KindPage {
  const found = kindPages.get(kind)
  if (!found) throw new Error(`.ci/kind-pages.ts has nothing for ${kind}`)
  return found
}

function specOf(kind: string, providers: ProviderConfigs, isIn: typeof inV1): StructuralSchema {
  const resource = customResources.find((one) => one.kind === kind)
  const spec = resource && objectSchema(resource, providers, isIn).properties?.['spec']
  if (!spec) throw new Error(`${kind} has no spec`)
  return spec
}

function rowsOf(schema: StructuralSchema, path: string, isRequired: boolean): readonly Row[] {
  const elsewhere = path === 'spec' ? undefined : toldElsewhere(schema)
  const row: Row = { path, schema, isRequired, ...(elsewhere && { elsewhere }) }
  if (elsewhere) return [row]
  const fields = fieldsOf(schema)
  return [
    row,
    ...Object.entries(fields.properties ?? {})
      .filter(([, field]) => !isNotServed(field))
      .flatMap(([name, field]) => rowsOf(field, `${path}${listMark(schema)}.${name}`, fields.required?.includes(name) ?? false)),
  ]
}

/** Of a list the fields are those of its items. */
function fieldsOf(schema: StructuralSchema): StructuralSchema {
  return schema.type === 'array' && schema.items ? schema.items : schema
}

function listMark({ type }: StructuralSchema): string {
  return type === 'array' ? '[]' : ''
}

/** A provider that is not implemented: any fields, under a name. */
function isNotServed(schema: StructuralSchema): boolean {
  return schema.type === 'object' && schema['x-kubernetes-preserve-unknown-fields'] === true
}

function toldElsewhere(schema: StructuralSchema): string | undefined {
  const key = fieldsKey(schema)
  if (key === SPEC_OF_EXTERNAL_SECRET) return '[spec of an ExternalSecret](externalsecret.md#writing-a-spec)'
  const shape = SHAPES.find(({ fields }) => fields === key)
  return shape && shapeLink(shape.name)
}

function shapeLink(name: string): string {
  return `[${name}](#${name.toLowerCase().replaceAll(' ', '-')})`
}

function fieldsKey({ properties }: StructuralSchema): string {
  return properties ? JSON.stringify(properties) : ''
}

function table(rows: readonly Row[], isOlder: (path: string) => boolean = () => true): string {
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

function article(kind: string): string {
  return kind.startsWith('E') ? 'an' : 'a'
}
