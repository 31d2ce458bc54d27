import type { ExternalSecret } from '../api/external-secret.ts'
import { nearestName } from '../api/nearest-name.ts'
import { type FieldPath, fieldName } from '../model/field-path.ts'
import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'
import type { ExternalSecretInput } from './external-secret-input.ts'
import type { TemplateSource } from './template-source.ts'
import type { TemplateText } from './template-text.ts'

/** A template of `spec.target.template.templateFrom`, found, and what becomes of its result. */
export interface SourcedTemplate extends TemplateText {
  /** The key of the result; a template without one gives keys and values in YAML (`KeysAndValues`). */
  readonly key: string | undefined
  readonly target: 'data' | 'labels' | 'annotations'
  readonly decodingStrategy: string
}

export interface SourcedTemplates {
  readonly templates: readonly SourcedTemplate[]
  readonly problems: readonly SecretError[]
}

type Template = NonNullable<ExternalSecret['spec']['target']['template']>
type TemplateFrom = NonNullable<Template['templateFrom']>[number]
type Reference = NonNullable<TemplateFrom['configMap']>

/**
 * The templates of `templateFrom` in the order in which they are applied: item by item, of one item the ConfigMap, the Secret, then the
 * literal (templates.md 4). Objects are looked for in the namespace of the ExternalSecret. All that is missing is in the problems.
 */
export function sourcedTemplates(input: ExternalSecretInput, source: TemplateSource): SourcedTemplates {
  const found = new Finder(input.namespace, source)
  const items = input.resource.spec.target.template?.templateFrom ?? []
  for (const [index, item] of items.entries()) found.item(item, ['spec', 'target', 'template', 'templateFrom', index])
  return found
}

const TARGETS: ReadonlyMap<string, SourcedTemplate['target']> = new Map([
  ['data', 'data'],
  ['labels', 'labels'],
  ['annotations', 'annotations'],
] as const)

type Use = Pick<SourcedTemplate, 'target' | 'decodingStrategy'>

class Finder implements SourcedTemplates {
  readonly templates: SourcedTemplate[] = []
  readonly problems: SecretError[] = []
  readonly #namespace: string
  readonly #source: TemplateSource

  constructor(namespace: string, source: TemplateSource) {
    this.#namespace = namespace
    this.#source = source
  }

  item(item: TemplateFrom, path: FieldPath): void {
    const target = TARGETS.get(item.target.toLowerCase())
    if (!target) return this.#problem([...path, 'target'], wrongTarget(item.target))
    const use = { target, decodingStrategy: item.valuesDecodingStrategy ?? '' }
    if (item.configMap) this.#fromConfigMap(item.configMap, use, [...path, 'configMap'])
    if (item.secret) this.#fromSecret(item.secret, use, [...path, 'secret'])
    if (item.literal !== undefined)
      this.templates.push({ ...use, text: item.literal, name: 'literal', path: [...path, 'literal'], key: undefined })
  }

  #fromConfigMap(reference: Reference, use: Use, path: FieldPath): void {
    const texts = this.#source.configMap(this.#namespace, reference.name)
    this.#fromObject('ConfigMap', reference, texts, use, path)
  }

  #fromSecret(reference: Reference, use: Use, path: FieldPath): void {
    const values = this.#source.secret(this.#namespace, reference.name)
    const texts = values && new Map([...values].map(([key, value]) => [key, new TextDecoder().decode(value.reveal())]))
    this.#fromObject('Secret', reference, texts, use, path)
  }

  #fromObject(
    kind: 'ConfigMap' | 'Secret',
    { name, items }: Reference,
    texts: ReadonlyMap<string, string> | undefined,
    use: Use,
    path: FieldPath,
  ): void {
    if (!texts) return this.#problem([...path, 'name'], missingObject(kind, name, this.#namespace))
    for (const [index, { key, templateAs }] of items.entries()) {
      const text = texts.get(key)
      const place = [...path, 'items', index, 'key']
      if (text === undefined) this.#problem(place, missingKey(kind, name, key, [...texts.keys()]))
      else
        this.templates.push({
          ...use,
          text,
          name: key,
          path: place,
          key: templateAs === 'Values' ? key : undefined,
          isFromSecret: kind === 'Secret',
        })
    }
  }

  #problem(path: FieldPath, problem: SecretError): void {
    this.problems.push(problem.at({ field: fieldName(path) }))
  }
}

/** ESO's text of a Secret's target. */
function wrongTarget(target: string): SecretError {
  return new SecretError(
    'InvalidSpec',
    `templateFrom target=${quoteName(target)} is not allowed when targeting a Secret, must be one of "Data", "Annotations" or "Labels"`,
  )
}

function missingObject(kind: string, name: string, namespace: string): SecretError {
  return new SecretError(
    'InvalidSpec',
    `no ${kind} ${quoteName(name)} in namespace ${quoteName(namespace)} among the manifests`,
    {
      remedy: 'add it to the manifests: a render takes templates from there only, never from the cluster or a folder',
    },
  )
}

const MOST_NAMED = 10

function missingKey(kind: string, name: string, key: string, keys: readonly string[]): SecretError {
  const nearest = nearestName(key, keys)
  const named = keys.slice(0, MOST_NAMED).map(quoteName).join(', ')
  const more = keys.length > MOST_NAMED ? ` and ${keys.length - MOST_NAMED} more` : ''
  const remedy = nearest === undefined ? `it has ${named === '' ? 'none' : named + more}` : `write ${nearest}`
  return new SecretError(
    'InvalidSpec',
    `error in ${kind.toLowerCase()} ${quoteName(name).slice(1, -1)}: missing key ${quoteName(key).slice(1, -1)}`,
    {
      remedy,
    },
  )
}
