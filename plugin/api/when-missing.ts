import './jitless.ts'
import * as z from 'zod'
import { type FieldPath, fieldName } from '../model/field-path.ts'
import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'
import { readYamlValue } from '../stream/read-yaml-value.ts'
import { WHEN_MISSING } from './annotations.ts'
import type { DeepReadonly } from './deep-readonly.ts'
import { documented } from './documented.ts'
import type { ExternalSecret, StoreRef } from './external-secret.ts'
import { nearestName } from './nearest-name.ts'
import { isPlainObject } from './plain-object.ts'
import { readObject } from './read-object.ts'
import type { FieldProblem } from './reading.ts'
import { storeRefSchema } from './source-ref.ts'

/** A chain that is longer is hardly meant, and each store of it is one more round of calls. */
const MOST_STORES = 8

const ruleSchema = z.object({
  stores: documented(
    z.array(storeRefSchema).min(1).max(MOST_STORES).optional(),
    'Asked in this order, each where the one before says that there is no such thing.',
  ),
  default: documented(z.string().optional(), 'The value of a key that nothing gave; no secret, since it stands in the manifest.'),
  optional: documented(z.boolean().optional(), 'Whether it may be left out.'),
})

/** What becomes of an entry or a key whose value does not exist (docs/optional-values.md). */
export type WhenMissing = DeepReadonly<z.output<typeof ruleSchema>>

/** By the key of an entry of `spec.data`, by `dataFrom[0]`, and `*` for all entries that are not named. */
export type WhenMissingRules = ReadonlyMap<string, WhenMissing>

/** For every entry that is not named. */
export const ALL_ENTRIES = '*'

const PATH: FieldPath = ['metadata', 'annotations', WHEN_MISSING]
const NONE: WhenMissingRules = new Map()

/** A render asks several times. */
const known = new WeakMap<ExternalSecret['metadata'], WhenMissingRules>()

/** What the annotation of a valid object says. */
export function whenMissingOf(resource: ExternalSecret): WhenMissingRules {
  const text = textOf(resource)
  if (text === undefined) return NONE
  const rules = known.get(resource.metadata) ?? rulesOf(text)
  known.set(resource.metadata, rules)
  return rules
}

/** Nothing is excused by what cannot be read: a valid object has no such text. */
function rulesOf(text: string): WhenMissingRules {
  const value = valueOrProblem(text)
  if (value instanceof SecretError || !isPlainObject(value)) return NONE
  const rules = Object.entries(value).map(([name, rule]) => [name, readObject(ruleSchema, rule).value] as const)
  return new Map(rules.flatMap(([name, rule]) => (rule ? [[name, rule] as const] : [])))
}

/** Every store that is asked where another one misses something. */
export function otherStoresOf(resource: ExternalSecret): readonly StoreRef[] {
  return whenMissingOf(resource)
    .values()
    .toArray()
    .flatMap(({ stores = [] }) => stores)
}

/** Those of one entry that reads a key, by the name that it has in {@link WhenMissingRules}. */
export function otherStoresOfEntry(resource: ExternalSecret, name: string): readonly StoreRef[] {
  const rules = whenMissingOf(resource)
  return (rules.get(name) ?? rules.get(ALL_ENTRIES))?.stores ?? []
}

/** The field of the annotation that says something, for places. */
export function whenMissingPath(...more: FieldPath): FieldPath {
  return [...PATH, ...more]
}

/** Everything that is wrong with the annotation: what is no YAML, unknown fields, names that no entry has, what does not go together. */
export function whenMissingProblems(resource: ExternalSecret): readonly FieldProblem[] {
  const text = textOf(resource)
  if (text === undefined) return []
  const value = valueOrProblem(text)
  if (value instanceof SecretError) return [noYaml(value)]
  if (!isPlainObject(value)) return [noMap()]
  return Object.entries(value).flatMap(([name, content]) => {
    const { value: rule, problems, warnings } = readObject(ruleSchema, content, whenMissingPath(name))
    // What is not understood here would be missed when it is needed.
    const unknown = warnings.map((warning) => ({ ...warning, message: 'is an unknown field' }))
    return rule && unknown.length === 0 ? ruleProblems(name, rule, resource) : [...problems, ...unknown]
  })
}

function textOf({ metadata }: ExternalSecret): string | undefined {
  const { annotations = {} } = metadata
  return Object.hasOwn(annotations, WHEN_MISSING) ? annotations[WHEN_MISSING] : undefined
}

/** An annotation of nothing but blanks says nothing. */
function valueOf(text: string): ReturnType<typeof readYamlValue> {
  return text.trim() === '' ? {} : readYamlValue(text)
}

function valueOrProblem(text: string): ReturnType<typeof readYamlValue> | SecretError {
  try {
    return valueOf(text)
  } catch (thrown) {
    if (thrown instanceof SecretError) return thrown
    throw thrown
  }
}

function noMap(): FieldProblem {
  return {
    path: PATH,
    message: 'is no map; expected names of entries, and what is done where they are missing',
    remedy: 'write a line such as password: {default: none} for each',
  }
}

function noYaml({ message, remedy, place }: SecretError): FieldProblem {
  return { path: PATH, message: `is no YAML (its line ${place.line ?? 1}): ${message}`, ...(remedy !== undefined && { remedy }) }
}

type Target = 'all' | 'data' | 'extract' | 'find' | 'generator' | 'key' | 'unknown'

function ruleProblems(name: string, rule: WhenMissing, resource: ExternalSecret): readonly FieldProblem[] {
  const what = targetOf(name, resource)
  const path = whenMissingPath(name)
  if (what === 'unknown') return [unknownName(name, resource)]
  if (what === 'generator') return [{ path, message: 'is a generator, which never misses anything', remedy: 'remove it' }]
  const { stores, default: text, optional } = rule
  const isOfEntry = stores !== undefined || optional !== undefined
  return [
    ...(what === 'key' && isOfEntry ? [onlyDefault(path)] : []),
    ...(text !== undefined && what !== 'data' && what !== 'key' ? [defaultOfMany(path)] : []),
    ...(stores && what === 'find' ? [searchElsewhere(path)] : []),
    ...(text !== undefined && optional !== undefined ? [defaultAndOptional(path)] : []),
    ...(stores ?? []).flatMap((store, index) =>
      store.name === undefined
        ? [{ path: [...path, 'stores', index, 'name'], message: 'is missing; expected the name of a store' }]
        : [],
    ),
  ]
}

/** A key that is in no `data` may be one that a `dataFrom` gives. */
function targetOf(name: string, { spec }: ExternalSecret): Target {
  if (name === ALL_ENTRIES) return 'all'
  if (spec.data?.some(({ secretKey }) => secretKey === name)) return 'data'
  const index = /^dataFrom\[(\d{1,6})\]$/.exec(name)?.[1]
  if (index === undefined) return spec.dataFrom?.length && !name.includes('[') ? 'key' : 'unknown'
  const source = spec.dataFrom?.[Number(index)]
  if (!source) return 'unknown'
  if (source.find) return 'find'
  return source.sourceRef?.generatorRef ? 'generator' : 'extract'
}

const MOST_NAMED = 20

function unknownName(name: string, { spec }: ExternalSecret): FieldProblem {
  const names = [
    ...(spec.data ?? []).map(({ secretKey }) => secretKey),
    ...(spec.dataFrom ?? []).map((_, index) => `dataFrom[${index}]`),
  ]
  const nearest = nearestName(name, names)
  const listed = names.slice(0, MOST_NAMED).map(quoteName).join(', ')
  const more = names.length > MOST_NAMED ? ' and more' : ''
  return {
    path: whenMissingPath(name),
    message: 'names no entry of this ExternalSecret',
    remedy: nearest === undefined ? `there are ${listed}${more}, and "*" for all` : `write ${quoteName(nearest)}`,
  }
}

function onlyDefault(path: FieldPath): FieldProblem {
  return {
    path,
    message: `is no key of spec.data: for a key that a dataFrom gives there is a default alone`,
    remedy: 'say stores and optional of the entry, such as dataFrom[0]',
  }
}

function defaultOfMany(path: FieldPath): FieldProblem {
  return {
    path: [...path, 'default'],
    message: 'a default belongs to one key, and this is none',
    remedy: 'name the key of the Secret instead, and say optional here',
  }
}

function searchElsewhere(path: FieldPath): FieldProblem {
  return {
    path: [...path, 'stores'],
    message: 'a search that finds nothing has not missed anything: it is not made in another store',
    remedy: `write another entry of dataFrom with that store in ${fieldName(['sourceRef', 'storeRef'])}`,
  }
}

function defaultAndOptional(path: FieldPath): FieldProblem {
  return { path: [...path, 'optional'], message: 'has a default as well: only one of them can be', remedy: 'remove optional' }
}
