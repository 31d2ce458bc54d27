import {
  creationPolicy,
  deletionPolicy,
  type ExternalSecretInput,
  fetchedField,
  mergesIntoTarget,
  targetKind,
  targetName,
} from '../../expansion/external-secret-input.ts'
import type { TemplateReads } from '../../expansion/template-reads.ts'
import type { EntryTrace, ExpansionTrace, TracedKey, TracedSource } from '../../expansion/trace.ts'
import { fieldName } from '../../model/field-path.ts'
import type { CoreObjects } from '../core-objects.ts'
import type { Inventory } from '../inventory.ts'
import { bySharedTarget } from '../stream-edits.ts'
import type { TargetObjects } from '../target-objects.ts'
import type { Traced } from './explain-manifests.ts'
import type { ExplainedEntry, ExplainedExternalSecret, ExplainedSecret, KeySource, UnusedKey } from './explanation.ts'
import { KeyLayers } from './key-layers.ts'
import type { DigestOf } from './value-digest.ts'

/** In the order of the stream; ExternalSecrets that merge into one target together. */
export function explainedSecrets(
  inventory: Inventory,
  { core, others }: StreamTargets,
  traced: Traced,
  digestOf: DigestOf | undefined,
): readonly ExplainedSecret[] {
  return [...bySharedTarget(inventory)].flatMap((group) => {
    const inputs = group.map(({ input }) => input).filter((input) => creationPolicy(input) !== 'None')
    const [first] = inputs
    if (!first) return []
    return first.resource.spec.target.manifest
      ? [explainedObject(first, inputs, others, traced)]
      : [explainedSecret(first, inputs, core, traced, digestOf)]
  })
}

/** What the manifests themselves bring of what is made. */
export interface StreamTargets {
  readonly core: CoreObjects
  readonly others: TargetObjects
}

/** No digests: who may read the object reads its values. */
function explainedObject(
  first: ExternalSecretInput,
  inputs: readonly ExternalSecretInput[],
  others: TargetObjects,
  { traces, templateReads }: Traced,
): ExplainedSecret {
  const found = inputs.map((input) => traces.get(input) ?? untraced(input))
  const layers = new KeyLayers()
  for (const trace of found) addLayers(layers, trace, templateReads.get(trace.input) ?? [])
  return {
    kind: targetKind(first),
    namespace: first.namespace,
    name: targetName(first),
    outcome: outcomeOf(found),
    partial: found.some(({ standIns }) => standIns.length > 0),
    target: !mergesIntoTarget(first) ? 'whole' : others.find(first) ? 'merged' : 'partial',
    externalSecrets: found.map((trace) => explainedExternalSecret(trace, templateReads.get(trace.input) ?? [])),
    keys: layers.keys(() => undefined),
  }
}

function untraced(input: ExternalSecretInput): ExpansionTrace {
  return { input, entries: [], defaulted: [], standIns: [], problems: [] }
}

function explainedSecret(
  first: ExternalSecretInput,
  inputs: readonly ExternalSecretInput[],
  core: CoreObjects,
  { traces, templateReads }: Traced,
  digestOf: DigestOf | undefined,
): ExplainedSecret {
  const where = { namespace: first.namespace, name: targetName(first) }
  const existing = mergesIntoTarget(first) ? core.secret(where.namespace, where.name) : undefined
  const found = inputs.map((input) => traces.get(input) ?? untraced(input))
  const values = new Map([...(existing ?? []), ...found.flatMap(({ secret }) => [...(secret?.data ?? [])])])
  const layers = new KeyLayers()
  for (const key of existing?.keys() ?? []) layers.add(key, { kind: 'manifest' })
  for (const trace of found) addLayers(layers, trace, templateReads.get(trace.input) ?? [])
  const type = found.findLast(({ secret }) => secret?.type !== undefined)?.secret?.type
  return {
    kind: targetKind(first),
    ...where,
    outcome: outcomeOf(found),
    partial: found.some(({ standIns }) => standIns.length > 0),
    ...(type !== undefined && { type }),
    target: !mergesIntoTarget(first) ? 'whole' : existing ? 'merged' : 'partial',
    externalSecrets: found.map((trace) => explainedExternalSecret(trace, templateReads.get(trace.input) ?? [])),
    keys: layers.keys((key) => {
      const value = values.get(key)
      return digestOf && value && digestOf(where, key, value)
    }),
  }
}

function outcomeOf(traces: readonly ExpansionTrace[]): ExplainedSecret['outcome'] {
  if (traces.some(hasFailed)) return 'failed'
  return traces.some(({ secret, object }) => secret ?? object) ? 'made' : 'left out'
}

/** One that made nothing without a failure has nothing to make: all of it was left out. */
function hasFailed({ secret, object, problems, entries }: ExpansionTrace): boolean {
  if (secret ?? object) return false
  return (
    problems.length > 0 || entries.length === 0 || entries.some(({ outcome }) => outcome === 'failed' || outcome === 'not asked')
  )
}

function addLayers(layers: KeyLayers, trace: ExpansionTrace, reads: readonly TemplateReads[]): void {
  const { input, templated } = trace
  if (templated?.keepsFetched !== false) addFetched(layers, trace)
  for (const { target, name, path, template, isComputed } of templated?.names ?? []) {
    if (target !== 'data' && target !== 'object') continue
    const field = fieldName(path)
    const own = reads.find((one) => one.template === template && fieldName(one.path) === field)
    const facts = { externalSecret: nameOf(input), field, reads: own?.keys ?? [], mayReadAll: own?.mayReadAll ?? true }
    layers.add(name, { kind: 'template', ...facts }, isComputed)
  }
}

function addFetched(layers: KeyLayers, { input, entries, defaulted }: ExpansionTrace): void {
  const named = fetchedName(input)
  for (const entry of entries) for (const key of entry.keys) layers.add(named(key.key), sourceOf(input, entry, key))
  for (const key of defaulted) layers.add(named(key), { kind: 'default', externalSecret: nameOf(input) })
}

/** Where a fetched key is that no template replaces. */
function fetchedName(input: ExternalSecretInput): (key: string) => string {
  const { manifest, template } = input.resource.spec.target
  return manifest && !template ? (key) => fieldName([...fetchedField(input), key]) : (key) => key
}

function sourceOf(input: ExternalSecretInput, entry: EntryTrace, { key, name, read, isDecoded }: TracedKey): KeySource {
  const { path, source, rewrite, notIn } = entry
  const facts = {
    externalSecret: nameOf(input),
    field: fieldName(path),
    ...(name !== undefined && name !== key && { renamedFrom: name }),
    rewrite,
  }
  if (source.kind === 'generator') return { kind: 'generated', ...facts, generator: source.name }
  return { kind: 'read', ...facts, ...storeFacts(source), ...(read && { read }), notIn, decoded: isDecoded }
}

function storeFacts({ name, provider }: TracedSource): { readonly store: string; readonly provider?: string } {
  return { store: name, ...(provider !== undefined && { provider }) }
}

function explainedExternalSecret(trace: ExpansionTrace, reads: readonly TemplateReads[]): ExplainedExternalSecret {
  const { input, entries, templated } = trace
  const { file, line } = input.place
  const { refreshPolicy, refreshInterval } = input.resource.spec
  return {
    name: nameOf(input),
    place: { ...(file !== undefined && { file }), ...(line !== undefined && { line }) },
    creationPolicy: creationPolicy(input),
    deletionPolicy: deletionPolicy(input),
    refresh: { policy: refreshPolicy ?? 'Periodic', interval: refreshInterval },
    entries: entries.map(explainedEntry),
    unused: templated?.keepsFetched === false ? unused(trace, reads) : [],
  }
}

/** Labels and annotations count: a key that only they read is used. */
function unused(trace: ExpansionTrace, reads: readonly TemplateReads[]): readonly UnusedKey[] {
  const layers = new KeyLayers()
  addFetched(layers, trace)
  const whole = fieldsOf(reads.filter(({ mayReadAll }) => mayReadAll))
  return layers
    .keys(() => undefined)
    .map((one) => {
      const readBy = fieldsOf(reads.filter(({ keys }) => keys.some((key) => key === one.key)))
      return Object.assign(one, { readBy, mayBeReadBy: whole.filter((field) => !readBy.includes(field)) })
    })
}

function fieldsOf(reads: readonly TemplateReads[]): readonly string[] {
  return [...new Set(reads.map(({ path }) => fieldName(path)))]
}

function explainedEntry({ path, use, source, outcome, reads, notIn, rewrite }: EntryTrace): ExplainedEntry {
  const from = source.kind === 'generator' ? { generator: source.name } : storeFacts(source)
  return { field: fieldName(path), use, ...from, outcome, reads, notIn, rewrite }
}

function nameOf({ namespace, resource }: ExternalSecretInput): string {
  return `${namespace}/${resource.metadata.name}`
}
