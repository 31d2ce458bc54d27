import type { Rendered } from '../../templates/engine.ts'
import type { JsonLikeMap } from '../../templates/go-yaml/json-like.ts'
import { applyKeysAndValues, applyValue } from '../../templates/scopes/apply-to-object.ts'
import { ScopeError } from '../../templates/scopes/scope-error.ts'
import { parseTargetPath } from '../../templates/scopes/target-path.ts'
import { type FieldPath, fieldName } from '../model/field-path.ts'
import { SecretError } from '../model/secret-error.ts'
import { SecretValue } from '../model/secret-value.ts'
import { decodedEntries, decodeEntry, entriesOf, type TemplatedName } from './apply-template-from.ts'
import { isMetadataTarget } from './object-paths.ts'
import type { SecretPart, SourcedTemplate } from './template-from.ts'
import type { TemplateTexts } from './template-texts.ts'

export interface AppliedTemplates {
  readonly object: JsonLikeMap
  /** Of fields, by their paths in the object. */
  readonly names: readonly TemplatedName[]
}

type ObjectTemplate = SourcedTemplate<string>

const DATA: FieldPath = ['spec', 'target', 'template', 'data']

/**
 * What the templates make of an object that is no Secret (external-secrets.md 2.5): `templateFrom` in its order, then `template.data` into `.data`. What
 * fails is left out, and is in the problems of `texts`.
 */
export function applyObjectTemplates(
  base: JsonLikeMap,
  templates: readonly ObjectTemplate[],
  data: Readonly<Record<string, string>>,
  texts: TemplateTexts,
): AppliedTemplates {
  const writer = new ObjectWriter(base, texts)
  for (const group of Map.groupBy(templates, ({ item }) => item).values()) writer.item(group)
  for (const [key, text] of Object.entries(data)) writer.value({ text, name: key, path: [...DATA, key], target: 'Data' })
  return writer
}

/** A result, and whether it goes under a name that it has computed itself. */
interface Output {
  readonly key: string
  readonly rendered: Rendered
  readonly isComputed: boolean
}

type Written = Pick<ObjectTemplate, 'text' | 'name' | 'path' | 'target'>

class ObjectWriter implements AppliedTemplates {
  object: JsonLikeMap
  readonly names: TemplatedName[] = []
  readonly #texts: TemplateTexts

  constructor(base: JsonLikeMap, texts: TemplateTexts) {
    this.object = base
    this.#texts = texts
  }

  /** A literal goes to its target; what ConfigMap and Secret give is collected first, and is then a template itself. */
  item(templates: readonly ObjectTemplate[]): void {
    const collected = new Map<string, Output & { readonly from: ObjectTemplate }>()
    for (const template of templates) {
      if (template.path.at(-1) === 'literal') this.#texts.attempt(() => this.#literal(template))
      else {
        const outputs = this.#texts.attempt(() => this.#outputs(template)) ?? []
        for (const output of outputs) collected.set(output.key, { ...output, from: template })
      }
    }
    for (const output of [...collected.values()].toSorted((one, other) => (one.key < other.key ? -1 : 1)))
      this.#texts.attempt(() => this.#put(output.from, this.#renderedAgain(output.from, output), output.isComputed))
  }

  /** `template.data` */
  value(template: Written): void {
    this.#texts.attempt(() =>
      this.#put(template, { key: template.name, rendered: this.#texts.rendered(template), isComputed: false }, false),
    )
  }

  #literal(template: ObjectTemplate): void {
    const part = template.target.toLowerCase()
    if (isShownPart(part)) {
      for (const { name, value, isComputed } of decodedEntries({ ...template, target: part }, this.#texts))
        this.#put(template, { key: name, rendered: { bytes: value.reveal(), usesData: false }, isComputed }, isComputed)
      return
    }
    const rendered = this.#texts.rendered(template)
    this.#checkShown(template, rendered)
    const isData = part === 'data'
    const entries = isData ? entriesOf(template, rendered).entries : []
    const isComputed = entries.some((entry) => entry.isComputed)
    this.object = scoped(template, isComputed, () =>
      applyKeysAndValues(this.object, template.target, rendered.bytes, (value, key) =>
        decodeEntry(
          template,
          entries.find(({ name }) => name === key)?.isComputed ? undefined : key,
          new SecretValue(value),
        ).reveal(),
      ),
    )
    if (!isData) this.#note(template, parseTargetPath(template.target), false)
    for (const entry of entries) this.#note(template, ['data', entry.name], entry.isComputed)
  }

  /** What one key of a ConfigMap or Secret gives, decoded. */
  #outputs(template: ObjectTemplate): readonly Output[] {
    const rendered = this.#texts.rendered(template)
    this.#checkShown(template, rendered)
    const { usesData } = rendered
    return entriesOf(template, rendered).entries.map(({ name, value, isComputed }) => {
      const bytes = decodeEntry(template, isComputed ? undefined : name, new SecretValue(value)).reveal()
      return { key: name, rendered: { bytes, usesData }, isComputed }
    })
  }

  /** It holds values by then: nothing of it, and nothing that fails in it, may be shown. */
  #renderedAgain({ path }: ObjectTemplate, output: Output): Output {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(output.rendered.bytes)
    if (!text.includes('{{')) return output
    try {
      const again = this.#texts.rendered({ text, name: output.key, path, isFromSecret: true })
      return { ...output, rendered: { ...again, usesData: again.usesData || output.rendered.usesData } }
    } catch (thrown) {
      if (!(thrown instanceof SecretError)) throw thrown
      throw new SecretError('InvalidSpec', 'what the template gives is a template again, and fails (message withheld)', {
        place: { field: fieldName(path) },
        remedy: 'a template of a ConfigMap or Secret is rendered twice here: write it as a literal, which is rendered once',
      })
    }
  }

  #put(template: Written, { key, rendered }: Output, isComputed: boolean): void {
    this.#checkShown(template, rendered)
    this.object = scoped(template, isComputed, () =>
      applyValue(this.object, template.target, key, rendered.bytes, (value) => value),
    )
    this.#note(template, fieldOf(template.target, key), isComputed)
  }

  #checkShown({ target, path }: Written, rendered: Rendered): void {
    if (isMetadataTarget(target)) this.#texts.checkShown(rendered, path)
  }

  #note({ path, name }: Written, field: FieldPath, isComputed: boolean): void {
    this.names.push({ target: 'object', name: fieldName(field), field, path, template: name, isComputed })
  }
}

function isShownPart(part: string): part is Exclude<SecretPart, 'data'> {
  return part === 'labels' || part === 'annotations'
}

/** Where in the object a value with the key goes. */
function fieldOf(target: string, key: string): FieldPath {
  const part = target.toLowerCase()
  if (isShownPart(part)) return ['metadata', part, key]
  return part === 'data' || part === 'spec' ? [part, key] : parseTargetPath(target)
}

/** A message that may name what a template has computed is withheld (R18). */
function scoped<T>({ path }: Pick<Written, 'path'>, isComputed: boolean, step: () => T): T {
  try {
    return step()
  } catch (thrown) {
    if (!(thrown instanceof ScopeError)) throw thrown
    throw new SecretError(
      'InvalidSpec',
      thrown.safe && !isComputed ? thrown.message : 'the result is no YAML that fits there (message withheld)',
      {
        place: { field: fieldName(path) },
        remedy: 'see docs/generic-targets.md for what each target takes',
      },
    )
  }
}
