import type { PlainObject } from '../../api/plain-object.ts'
import type { DataFromPart, ExternalSecretParts } from '../external-secret-parts.ts'
import { TemplateNames } from '../external-secret-parts.ts'
import { isObstacle, type Obstacle } from '../obstacle.ts'
import { type RemoteSource, sourceIdentity } from '../remote-source.ts'
import { bytesTemplate, goString, literalTemplate } from '../template-text.ts'
import type { SecretEntry } from './secret-values.ts'

/** The entries of an ExternalSecret and what of its target makes the keys. */
export interface SecretKeys {
  readonly data: ExternalSecretParts['data']
  readonly dataFrom: readonly DataFromPart[]
  readonly template: PlainObject
  readonly target: PlainObject
}

type Entries = ReadonlyMap<string, SecretEntry>

/** A key a value where that is all; with any text around values, or fixed keys, a template for every key. */
export function requiredKeys(entries: Entries): SecretKeys {
  const values = [...entries].flatMap(([secretKey, entry]) =>
    entry.kind === 'value' ? [{ secretKey, source: entry.source }] : [],
  )
  if (values.length === entries.size) return { data: values, dataFrom: [], template: {}, target: {} }
  const names = new TemplateNames()
  const data = Object.fromEntries(Array.from(entries, ([key, entry]) => [key, templateOf(entry, names)]))
  return { data: names.data, dataFrom: [], template: { data }, target: {} }
}

function templateOf(entry: SecretEntry, names: TemplateNames): string {
  if (entry.kind === 'bytes') return bytesTemplate(entry.bytes)
  if (entry.kind === 'value') return `{{ .${names.nameOf(entry.source, entry.wish)} }}`
  return entry.parts
    .map((part) => (typeof part === 'string' ? literalTemplate(part) : part.print(`.${names.nameOf(part.source, part.wish)}`)))
    .join('')
}

const NOT_OPTIONAL: Obstacle = {
  obstacle: 'avp.kubernetes.io/remove-missing, and keys that are more than one value each of one and the same secret',
  remedy: 'split the Secret, or remove the annotation if every key is always there',
}

/** `avp.kubernetes.io/remove-missing`: keys without a value are left out. */
export function optionalKeys(entries: Entries): SecretKeys | Obstacle {
  const fixed = Object.fromEntries(
    [...entries].flatMap(([key, entry]) => (entry.kind === 'bytes' ? [[key, bytesTemplate(entry.bytes)]] : [])),
  )
  const values = [...entries].flatMap(([key, entry]) => (entry.kind === 'value' ? [[key, entry.source] as const] : []))
  if (values.length + Object.keys(fixed).length < entries.size) return NOT_OPTIONAL
  const [first] = values
  if (first?.[1].store.provider === 'gcpsm') return requiredKeys(entries)
  const hasFixed = Object.keys(fixed).length > 0
  if (first?.[1].store.provider === 'azurekv') {
    // A key is a secret there, and a secret that is missing is what deletionPolicy is about.
    const data = values.map(([secretKey, source]) => ({ secretKey, source }))
    const template = hasFixed ? { mergePolicy: 'Merge', data: fixed } : {}
    return { data, dataFrom: [], template, target: { deletionPolicy: 'Merge' } }
  }
  const extract = extractOf(values)
  if (isObstacle(extract)) return extract
  return {
    data: [],
    dataFrom: [extract],
    template: { templateFrom: conditionals(values), ...(hasFixed && { data: fixed }) },
    target: {},
  }
}

/** The one secret that all values are properties of. */
function extractOf(values: readonly (readonly [string, RemoteSource])[]): DataFromPart | Obstacle {
  const wholes = new Map<string, DataFromPart>()
  for (const [, { store, remoteRef }] of values) {
    const { key, property, version } = remoteRef
    if (property === undefined || !/^[-._a-zA-Z0-9]+$/.test(property)) return NOT_OPTIONAL
    const whole = { key, ...(version !== undefined && { version }) }
    wholes.set(sourceIdentity({ store, remoteRef: whole }), { store, entry: { extract: whole } })
  }
  const [only, ...others] = wholes.values()
  return only === undefined || others.length > 0 ? NOT_OPTIONAL : only
}

/** Going through all that was fetched is the one way that says nothing of what is not there. */
function conditionals(values: readonly (readonly [string, RemoteSource])[]): readonly PlainObject[] {
  const byDecoding = Map.groupBy(values, ([, { remoteRef }]) => remoteRef.decodingStrategy)
  return Array.from(byDecoding, ([decodingStrategy, some]) => ({
    literal: some.map(([key, { remoteRef }]) => conditional(key, remoteRef.property ?? '')).join('\n'),
    ...(decodingStrategy && { valuesDecodingStrategy: decodingStrategy }),
  }))
}

function conditional(secretKey: string, property: string): string {
  const line = `${goString(secretKey)}: {{ $value | toJson }}`
  return `{{ range $name, $value := . }}{{ if eq $name ${goString(property)} }}${line}{{ end }}{{ end }}`
}
