import type { Rendered } from '../../templates/engine.ts'
import { parseKeysAndValues } from '../../templates/scopes/parse-keys-and-values.ts'
import { ScopeError } from '../../templates/scopes/scope-error.ts'
import { type FieldPath, fieldName } from '../model/field-path.ts'
import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'
import { SecretValue } from '../model/secret-value.ts'
import { decode } from './decode.ts'
import { fixedKeys } from './fixed-keys.ts'
import { isAnnotationName, isDataKey, isLabel } from './kubernetes-names.ts'
import type { SecretPart, SourcedTemplate } from './template-from.ts'
import type { TemplateTexts } from './template-texts.ts'

/** What `templateFrom` makes; of equal keys the later template's. */
export interface FromTemplates {
  readonly data: ReadonlyMap<string, SecretValue>
  readonly labels: ReadonlyMap<string, string>
  readonly annotations: ReadonlyMap<string, string>
  readonly names: readonly TemplatedName[]
}

/** A name in the Secret that a template gave a value; in another `object` the path of its field. */
export interface TemplatedName {
  readonly target: SecretPart | 'object'
  readonly name: string
  /** Where it is in an object that is no Secret. */
  readonly field?: FieldPath
  /** The field that holds or names the template. */
  readonly path: FieldPath
  /** What {@link TemplateText} is called: with its path it says which template it was. */
  readonly template: string
  /** The name may tell of values: nothing may print it (R18). */
  readonly isComputed: boolean
}

/** Renders and applies the templates one after the other (templates.md 4). What fails is left out, and is in the problems of `texts`. */
export function applyTemplateFrom(templates: readonly SourcedTemplate[], texts: TemplateTexts): FromTemplates {
  const made = {
    data: new Map<string, SecretValue>(),
    labels: new Map<string, string>(),
    annotations: new Map<string, string>(),
    names: [] as TemplatedName[],
  }
  for (const template of templates) {
    for (const { name, value, ...facts } of texts.attempt(() => decodedEntries(template, texts)) ?? []) {
      made.names.push({ target: template.target, name, path: template.path, template: template.name, ...facts })
      if (template.target === 'data') made.data.set(name, value)
      else made[template.target].set(name, textOf(value))
    }
  }
  return made
}

/** Throws SecretError InvalidSpec. */
export function decodedEntries(template: SourcedTemplate, texts: TemplateTexts): readonly DecodedEntry[] {
  const rendered = texts.rendered(template)
  if (template.target !== 'data') texts.checkShown(rendered, template.path)
  const { entries, areFixed } = entriesOf(template, rendered)
  // Keys are shown by Argo CD as well (R8).
  if (!areFixed) texts.checkShown(rendered, template.path)
  return entries.map(({ name, value, isComputed }) => {
    const decoded = decodeEntry(template, isComputed ? undefined : name, new SecretValue(value))
    if (isComputed) checkComputed(template, name, decoded)
    return { name, value: decoded, isComputed }
  })
}

type DecodedEntry = Pick<TemplatedName, 'name' | 'isComputed'> & { readonly value: SecretValue }

interface Entry {
  readonly name: string
  readonly value: Uint8Array
  /** The name may tell of values: no message may hold it (R18). */
  readonly isComputed: boolean
}

/** What a rendered template gives. Throws SecretError InvalidSpec for what is no map of texts. */
export function entriesOf(
  { key, text, path }: Pick<SourcedTemplate, 'key' | 'text' | 'path'>,
  rendered: Rendered,
): { readonly entries: readonly Entry[]; readonly areFixed: boolean } {
  if (key !== undefined) return { entries: [{ name: key, value: rendered.bytes, isComputed: false }], areFixed: true }
  const entries = keysAndValues(rendered.bytes, path)
  const fixed = fixedKeys(text)
  const areFixed = fixed?.size === entries.size && [...entries.keys()].every((name) => fixed.has(name))
  const isComputed = !areFixed && rendered.usesData
  return {
    entries: Array.from(entries, ([name, value]) => ({ name, value: new TextEncoder().encode(value), isComputed })),
    areFixed,
  }
}

function keysAndValues(rendered: Uint8Array, path: FieldPath): ReadonlyMap<string, string> {
  try {
    return parseKeysAndValues(rendered)
  } catch (thrown) {
    if (!(thrown instanceof ScopeError)) throw thrown
    const message = thrown.safe ? thrown.message : 'the result is no YAML map of texts (message withheld)'
    throw new SecretError('InvalidSpec', message, {
      place: { field: fieldName(path) },
      remedy: 'the result must be a YAML map of keys and texts: put values in quotes with quote or toJson',
    })
  }
}

/** Of rendered values only, never of keys; without a name that may be told of in a message. Throws SecretError InvalidSpec. */
export function decodeEntry(
  { decodingStrategy, path }: Pick<SourcedTemplate, 'decodingStrategy' | 'path'>,
  name: string | undefined,
  value: SecretValue,
): SecretValue {
  try {
    return decode(decodingStrategy, value)
  } catch (thrown) {
    if (!(thrown instanceof SecretError)) throw thrown
    const key = name === undefined ? '(withheld)' : quoteName(name).slice(1, -1)
    throw new SecretError('InvalidSpec', `failed to decode rendered template value for key ${key}: ${thrown.message}`, {
      place: { field: fieldName(path) },
      remedy: 'correct valuesDecodingStrategy, or what the template gives',
    })
  }
}

/** The checks of a finished Secret name what they refuse; a computed name is refused here, without it. */
function checkComputed({ target, path }: SourcedTemplate, name: string, value: SecretValue): void {
  const isAllowed = { data: isDataKey, annotations: isAnnotationName, labels: (label: string) => isLabel(label, textOf(value)) }
  if (isAllowed[target](name)) return
  const what = target === 'data' ? 'key of a Secret' : target === 'labels' ? 'label' : 'annotation'
  throw new SecretError('InvalidSpec', `the template computes a name that is no ${what} (withheld, it may hold a value)`, {
    place: { field: fieldName(path) },
    remedy: 'look at what the template writes before the colons, and at line breaks in values: quote or toJson keeps them in',
  })
}

function textOf(value: SecretValue): string {
  return new TextDecoder().decode(value.reveal())
}
