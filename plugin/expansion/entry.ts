import type {
  DataEntry,
  DataFromEntry,
  ExternalSecretSpec,
  GeneratorRef,
  RemoteRefSpec,
  StoreRef,
} from '../api/external-secret.ts'
import { type FieldPath, fieldName } from '../model/field-path.ts'
import type { FindQuery } from '../model/find-query.ts'
import { SecretError } from '../model/secret-error.ts'
import type { PropertyRef } from '../providers/provider.ts'
import type { RewriteOperation } from './rewrite.ts'

/** What an ExternalSecret asks for: where from, what, and what is done with it. */
export type Entry = StoreEntry | GeneratorEntry

/** Asks a store. */
export type StoreEntry = ReadEntry | FindEntry

/** One remote read. */
export interface ReadEntry extends EntryFacts {
  readonly ref: PropertyRef
  readonly use: DataUse | ExtractUse
}

/** As many reads as its search finds. */
export interface FindEntry extends EntryFacts {
  readonly ref?: undefined
  readonly find: FindQuery
  readonly use: FindUse
}

/** Asks a generator for new values (external-secrets.md 2.7): nothing of them is decoded, and their keys are not converted. */
export interface GeneratorEntry {
  readonly ref?: undefined
  readonly path: FieldPath
  readonly generatorRef: GeneratorRef
  readonly use: GeneratorUse
}

/** `spec.dataFrom[].sourceRef.generatorRef`. */
export interface GeneratorUse {
  readonly kind: 'generator'
  readonly rewrite: readonly RewriteOperation[]
}

interface EntryFacts {
  readonly generatorRef?: undefined
  /** `spec.data[1]` or `spec.dataFrom[0]`. */
  readonly path: FieldPath
  readonly store: StoreRef
  /** The path of {@link store} in the object. */
  readonly storePath: FieldPath
  readonly decodingStrategy: string
  readonly nullBytePolicy: string
}

/** `spec.data[]`: one value under the key that the author chose (external-secrets.md 2.6). */
export interface DataUse {
  readonly kind: 'data'
  readonly secretKey: string
}

/** `spec.dataFrom[].extract`: every key of the remote object (external-secrets.md 2.7). */
export interface ExtractUse {
  readonly kind: 'extract'
  /** Of no effect when keys are rewritten (external-secrets.md 3.1). */
  readonly conversionStrategy: string
  readonly rewrite: readonly RewriteOperation[]
}

/** `spec.dataFrom[].find`: every secret that matches, as a key of its own (external-secrets.md 2.7). */
export interface FindUse extends Omit<ExtractUse, 'kind'> {
  readonly kind: 'find'
}

/**
 * The entries of `spec` in the order in which their results are merged: dataFrom first, then data (external-secrets.md 3.1).
 * Throws SecretError InvalidSpec for a generator under data, which no controller acts on (external-secrets.md 2.6).
 */
export function entriesOf(spec: ExternalSecretSpec): readonly Entry[] {
  const dataFrom = (spec.dataFrom ?? []).flatMap((source, index) => dataFromEntry(spec, source, index))
  const data = (spec.data ?? []).map((item, index) => dataEntry(spec, item, index))
  return [...dataFrom, ...data]
}

function dataEntry(spec: ExternalSecretSpec, item: DataEntry, index: number): Entry {
  const path = ['spec', 'data', index]
  if (item.sourceRef?.generatorRef) throw generatorUnderData([...path, 'sourceRef', 'generatorRef'])
  return {
    path,
    ...storeOf(spec, item.sourceRef?.storeRef, path),
    ref: propertyRef(item.remoteRef),
    use: { kind: 'data', secretKey: item.secretKey },
    decodingStrategy: item.remoteRef.decodingStrategy ?? 'None',
    nullBytePolicy: item.remoteRef.nullBytePolicy ?? 'Ignore',
  }
}

/** An entry with only a `storeRef` contributes nothing (external-secrets.md 2.7). */
function dataFromEntry(spec: ExternalSecretSpec, source: DataFromEntry, index: number): readonly Entry[] {
  const path = ['spec', 'dataFrom', index]
  if (source.find) return [findEntry(spec, source, source.find, index)]
  if (!source.extract) return generatorEntry(source, path)
  return [
    {
      path,
      ...storeOf(spec, source.sourceRef?.storeRef, path),
      ref: propertyRef(source.extract),
      use: {
        kind: 'extract',
        conversionStrategy: source.extract.conversionStrategy ?? 'Default',
        rewrite: source.rewrite ?? [],
      },
      decodingStrategy: source.extract.decodingStrategy ?? 'None',
      nullBytePolicy: source.extract.nullBytePolicy ?? 'Ignore',
    },
  ]
}

function generatorEntry({ sourceRef, rewrite = [] }: DataFromEntry, path: FieldPath): readonly GeneratorEntry[] {
  const generatorRef = sourceRef?.generatorRef
  return generatorRef ? [{ path, generatorRef, use: { kind: 'generator', rewrite } }] : []
}

function findEntry(
  spec: ExternalSecretSpec,
  source: DataFromEntry,
  find: NonNullable<DataFromEntry['find']>,
  index: number,
): FindEntry {
  const path = ['spec', 'dataFrom', index]
  return {
    path,
    ...storeOf(spec, source.sourceRef?.storeRef, path),
    find: {
      ...(find.path && { path: find.path }),
      ...(find.name?.regexp !== undefined && { name: find.name.regexp }),
      tags: find.tags ?? {},
    },
    use: { kind: 'find', conversionStrategy: find.conversionStrategy ?? 'Default', rewrite: source.rewrite ?? [] },
    decodingStrategy: find.decodingStrategy ?? 'None',
    nullBytePolicy: find.nullBytePolicy ?? 'Ignore',
  }
}

/** `sourceRef.storeRef` replaces `secretStoreRef` as a whole, field by field nothing is merged (external-secrets.md 2.6). */
function storeOf(spec: ExternalSecretSpec, own: StoreRef | undefined, path: FieldPath): Pick<StoreEntry, 'store' | 'storePath'> {
  if (own) return { store: own, storePath: [...path, 'sourceRef', 'storeRef'] }
  return { store: spec.secretStoreRef ?? {}, storePath: ['spec', 'secretStoreRef'] }
}

function propertyRef(spec: RemoteRefSpec): PropertyRef {
  return {
    key: spec.key,
    part: spec.metadataPolicy === 'Fetch' ? 'metadata' : 'value',
    ...(spec.version && { version: spec.version }),
    ...(spec.property && { property: spec.property }),
  }
}

/** External Secrets Operator takes it for a store without a name. */
function generatorUnderData(path: FieldPath): SecretError {
  return new SecretError('InvalidSpec', 'a generator gives many keys, and cannot stand under data', {
    place: { field: fieldName(path) },
    remedy: 'name it in dataFrom, and rename its keys there with rewrite',
  })
}
