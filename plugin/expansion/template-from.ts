import type { ExternalSecret } from '../api/external-secret.ts'
import { nearestName } from '../api/nearest-name.ts'
import { type FieldPath, fieldName } from '../model/field-path.ts'
import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'
import type { ExternalSecretInput } from './external-secret-input.ts'
import type { TemplateSource } from './template-source.ts'
import type { TemplateText } from './template-text.ts'

/** Where in a Secret the result of a template goes. */
export type SecretPart = 'data' | 'labels' | 'annotations'

/** A template of `spec.target.template.templateFrom`, found, and what becomes of its result. */
export interface SourcedTemplate<Target extends string = SecretPart> extends TemplateText {
  /** Of the item that names it. */
  readonly item: number
  /** The key of the result; a template without one gives keys and values in YAML (`KeysAndValues`). */
  readonly key: string | undefined
  readonly target: Target
  readonly decodingStrategy: string
}

export interface SourcedTemplates<Target extends string = SecretPart> {
  readonly templates: readonly SourcedTemplate<Target>[]
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
  const found = new Finder(input.namespace, source, (target) => PARTS.get(target.toLowerCase()))
  return found.all(input, ['configMap', 'secret', 'literal'])
}

/**
 * The same for an object that is no Secret, where a target is as it is written, a part or a path (external-secrets.md 2.5): there a literal
 * comes first in its item.
 */
export function objectTemplates(input: ExternalSecretInput, source: TemplateSource): SourcedTemplates<string> {
  const found = new Finder(input.namespace, source, (target) => (target === '' ? 'Data' : target))
  return found.all(input, ['literal', 'configMap', 'secret'])
}

/** All templates of `templateFrom`, whatever the target is. */
export function targetTemplates(input: ExternalSecretInput, source: TemplateSource): SourcedTemplates<string> {
  return input.resource.spec.target.manifest ? objectTemplates(input, source) : sourcedTemplates(input, source)
}

const PARTS: ReadonlyMap<string, SecretPart> = new Map([
  ['data', 'data'],
  ['labels', 'labels'],
  ['annotations', 'annotations'],
] as const)

type Use<Target extends string> = Pick<SourcedTemplate<Target>, 'item' | 'target' | 'decodingStrategy'>
type Origin = 'configMap' | 'secret' | 'literal'

class Finder<Target extends string> implements SourcedTemplates<Target> {
  readonly templates: SourcedTemplate<Target>[] = []
  readonly problems: SecretError[] = []
  readonly #namespace: string
  readonly #source: TemplateSource
  readonly #targetOf: (written: string) => Target | undefined

  constructor(namespace: string, source: TemplateSource, targetOf: (written: string) => Target | undefined) {
    this.#namespace = namespace
    this.#source = source
    this.#targetOf = targetOf
  }

  all({ resource }: ExternalSecretInput, order: readonly Origin[]): this {
    const items = resource.spec.target.template?.templateFrom ?? []
    for (const [index, item] of items.entries()) this.#item(item, index, order)
    return this
  }

  #item(found: TemplateFrom, item: number, order: readonly Origin[]): void {
    const path: FieldPath = ['spec', 'target', 'template', 'templateFrom', item]
    const target = this.#targetOf(found.target)
    if (target === undefined) return this.#problem([...path, 'target'], wrongTarget(found.target))
    const use = { item, target, decodingStrategy: found.valuesDecodingStrategy ?? '' }
    const { configMap, secret, literal } = found
    const takes: Readonly<Record<Origin, () => void>> = {
      configMap: () => configMap && this.#fromConfigMap(configMap, use, [...path, 'configMap']),
      secret: () => secret && this.#fromSecret(secret, use, [...path, 'secret']),
      literal: () => {
        if (literal === undefined) return
        this.templates.push({ ...use, text: literal, name: 'literal', path: [...path, 'literal'], key: undefined })
      },
    }
    for (const origin of order) takes[origin]()
  }

  #fromConfigMap(reference: Reference, use: Use<Target>, path: FieldPath): void {
    const texts = this.#source.configMap(this.#namespace, reference.name)
    this.#fromObject('ConfigMap', reference, texts, use, path)
  }

  #fromSecret(reference: Reference, use: Use<Target>, path: FieldPath): void {
    const values = this.#source.secret(this.#namespace, reference.name)
    const texts = values && new Map([...values].map(([key, value]) => [key, new TextDecoder().decode(value.reveal())]))
    this.#fromObject('Secret', reference, texts, use, path)
  }

  #fromObject(
    kind: 'ConfigMap' | 'Secret',
    { name, items }: Reference,
    texts: ReadonlyMap<string, string> | undefined,
    use: Use<Target>,
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
