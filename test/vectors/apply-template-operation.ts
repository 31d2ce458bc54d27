import { admissionRules } from '../../plugin/api/admission-rules.ts'
import type { ExternalSecret } from '../../plugin/api/external-secret.ts'
import { applyRules } from '../../plugin/api/rule.ts'
import { type RenderTools, render, type SecretContent } from '../../plugin/expansion/render.ts'
import { SecretValue } from '../../plugin/model/secret-value.ts'
import type { TemplateEngine } from '../../templates/engine.ts'
import { encodedMap } from './encoding.ts'
import { ROOMY_BUDGET, renderAsEso, VECTOR_SURROUNDINGS } from './eso-template.ts'
import { bytesMapFrom, type Fields, fieldsFrom, isFields, listFrom, textFrom } from './fields.ts'
import { GoFailure } from './go-failure.ts'

type Template = NonNullable<ExternalSecret['spec']['target']['template']>

/**
 * `applyTemplate`: what our render makes of a template, with what ESO would find in the cluster below it. Where our rules for metadata differ
 * from ESO's (R8) the ExternalSecret has none: it is copied with a template that has no metadata, which ESO does not do.
 */
export function applyTemplate(vector: Fields): unknown {
  const target = fieldsFrom(vector.target)
  const template = target.template === undefined ? undefined : fieldsFrom(target.template)
  refuseWhatTheSchemaFillsUp(template)
  const resource = resourceOf(target, template === undefined ? fieldsFrom(vector.externalSecretMetadata) : {})
  const refusals = applyRules(admissionRules, resource).filter(({ path }) => path[2] === 'template')
  if (refusals.length > 0) throw new GoFailure(refusals.map(({ message }) => message).join('\n'))
  const content = rendered(resource, vector)
  return withExisting(
    content,
    fieldsFrom(vector.existingSecret),
    ['Merge', 'CreateOrMerge'].includes(textFrom(target.creationPolicy)),
  )
}

/** Some cases leave out what the CRD's defaults would fill in; our schema fills it in as well. */
function refuseWhatTheSchemaFillsUp(template: Fields | undefined): void {
  const engine = textFrom(template?.engineVersion)
  if (template && engine !== 'v2') throw new GoFailure(`unsupported template engine version: ${engine}`)
  for (const from of listFrom(template?.templateFrom)) {
    for (const item of [...listFrom(fieldsFrom(from.configMap).items), ...listFrom(fieldsFrom(from.secret).items)]) {
      const scope = textFrom(item.templateAs)
      if (scope === 'Values' || scope === 'KeysAndValues') continue
      throw new GoFailure(`error fetching templateFrom data: unknown scope '${scope}': expected 'Values' or 'KeysAndValues'`)
    }
    if (!from.target) refuseEmptyTarget(from)
  }
}

/** The first template of the item fails; an item without any does nothing. */
function refuseEmptyTarget({ configMap, secret, literal }: Fields): void {
  const [first] = [...listFrom(fieldsFrom(configMap).items), ...listFrom(fieldsFrom(secret).items)]
  if (!first && literal === undefined) return
  const applying = first?.templateAs === 'Values' ? 'failed to apply to target: ' : ''
  throw new GoFailure(`error fetching templateFrom data: ${applying}invalid path "": empty segment`)
}

function resourceOf(target: Fields, metadata: Fields): ExternalSecret {
  const resource: unknown = {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name: 'vector', ...metadata },
    spec: { target: { creationPolicy: 'Owner', deletionPolicy: 'Retain', ...target }, data: [{}] },
  }
  return resource as ExternalSecret
}

function rendered(resource: ExternalSecret, vector: Fields): SecretContent {
  const data = new Map(Array.from(bytesMapFrom(vector.dataMap), ([key, value]) => [key, new SecretValue(value)]))
  const input = { resource, place: {}, namespace: 'default' }
  const made = render(input, data, toolsOf(vector, resource.spec.target.template))
  if (made.ok) return made.content
  // ESO knows of the first only.
  const [{ place, message }] = made.problems
  const isFrom = place.field?.startsWith('spec.target.template.templateFrom')
  throw new GoFailure(isFrom ? `error fetching templateFrom data: ${message}` : message)
}

function toolsOf(vector: Fields, template: Template | undefined): RenderTools {
  const configMaps = fieldsFrom(vector.configMaps)
  const secrets = fieldsFrom(vector.secrets)
  return {
    engines: { v2: wrappingEngine(template, { ...configMaps, ...secrets }) },
    keyRenaming: undefined,
    rewrite: undefined,
    shapes: undefined,
    budget: ROOMY_BUDGET,
    surroundingsOf: () => VECTOR_SURROUNDINGS,
    metadataFromValues: 'allowed',
    templates: {
      configMap: (_namespace, name) =>
        new Map(Object.entries(found('configmaps', name, configMaps)).map(([key, text]) => [key, textFrom(text)])),
      secret: (_namespace, name) =>
        new Map(Array.from(bytesMapFrom(found('secrets', name, secrets)), ([key, value]) => [key, new SecretValue(value)])),
    },
  }
}

function found(kind: string, name: string, objects: Fields): Fields {
  if (!isFields(objects[name])) throw new GoFailure(`error fetching templateFrom data: ${kind} "${name}" not found`)
  return objects[name]
}

/** The engine with ESO's words around Go's; which they are depends on where a template comes from. */
function wrappingEngine(template: Template | undefined, objects: Fields): TemplateEngine {
  const sources = sourcesOf(template, objects)
  return {
    compile(text, name = '') {
      const source = sources.find((candidate) => candidate.text === text)
      const prefix = source ? 'error fetching templateFrom data: ' : 'could not execute template: could not execute template: '
      return {
        reads: () => ({ names: new Set<string>(), mayReadAll: false }),
        render(data) {
          try {
            return { bytes: renderAsEso(source?.isWhole ? text : name, text, data), usesData: true }
          } catch (thrown) {
            if (thrown instanceof GoFailure) throw new GoFailure(prefix + thrown.message)
            throw thrown
          }
        },
      }
    },
  }
}

interface Source {
  readonly text: string
  /** ESO names a template of keys and values by its whole text. */
  readonly isWhole: boolean
}

function sourcesOf(template: Template | undefined, objects: Fields): readonly Source[] {
  return (template?.templateFrom ?? []).flatMap(({ literal, configMap, secret }) => {
    const references = [configMap, secret].flatMap((reference) => (reference ? [reference] : []))
    const items = references.flatMap(({ name, items: keys }) =>
      keys.map(({ key, templateAs }) => ({
        text: textFrom(fieldsFrom(objects[name])[key]),
        isWhole: templateAs === 'KeysAndValues',
      })),
    )
    return items.concat(literal === undefined ? [] : { text: literal, isWhole: true })
  })
}

function withExisting(content: SecretContent, existing: Fields, keepsKeys: boolean): unknown {
  const below = keepsKeys ? Object.fromEntries(Object.entries(fieldsFrom(existing.data))) : {}
  return {
    data: { ...below, ...fieldsFrom(encodedMap(content.data)) },
    labels: { ...fieldsFrom(existing.labels), ...Object.fromEntries(content.labels) },
    annotations: { ...fieldsFrom(existing.annotations), ...Object.fromEntries(content.annotations) },
    type: content.type ?? textFrom(existing.type),
    ...(content.finalizers.length > 0 && { finalizers: content.finalizers }),
  }
}
