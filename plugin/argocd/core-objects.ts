import type { StreamTarget } from '../expansion/target-conflicts.ts'
import { SecretValue } from '../model/secret-value.ts'
import { createTurns } from '../model/turns.ts'
import type { StreamObjects } from '../stores/stream-objects.ts'
import { type DocumentReading, directReading } from '../stream/document-reading.ts'
import type {
  ManifestMapping,
  ManifestObject,
  ManifestStream,
  ManifestValue,
  StreamWarning,
} from '../stream/manifest-document.ts'
import { mayHoldKind } from '../stream/may-hold-kind.ts'

/** The core objects of a stream that a render looks at: credentials of stores, targets of merges and of conflicts. */
export interface CoreObjects extends StreamObjects {
  /** By {@link targetId}-like `namespace/name`. */
  secretObject(namespace: string, name: string): ManifestObject | undefined
  readonly secrets: readonly StreamTarget[]
  readonly warnings: readonly StreamWarning[]
}

const KINDS = ['Secret', 'ConfigMap', 'ServiceAccount']
const CORE = { groups: [''], kinds: KINDS }
/** Items of a typed list need not say their kind. */
const WORDS = [...KINDS, ...KINDS.map((kind) => `${kind}List`)]

/** Reads the core Secrets, ConfigMaps and ServiceAccounts of `streams`. One that cannot be read is passed through with a warning: it is not ours. */
export async function readCoreObjects(
  streams: readonly ManifestStream[],
  defaultNamespace: string,
  reading: DocumentReading = directReading,
): Promise<CoreObjects> {
  const turns = createTurns()
  const objects = new Map<string, ManifestObject>()
  const warnings: StreamWarning[] = []
  for (const document of streams.flatMap((stream) => stream.documents)) {
    const turn = turns.take()
    if (turn) await turn
    if (!mayHoldKind(document, WORDS)) continue
    const read = await reading.objects(document, CORE)
    for (const { place, message } of read.problems) warnings.push({ place, message: `passed through unread: ${message}` })
    for (const object of read.objects) {
      if (object.apiVersion === 'v1' && object.name !== undefined)
        objects.set(id(object.kind, object.namespace ?? defaultNamespace, object.name), object)
    }
  }
  const find = (kind: string, namespace: string, name: string): ManifestObject | undefined =>
    objects.get(id(kind, namespace, name))

  return {
    warnings,
    secrets: [...objects.values()]
      .filter((object) => object.kind === 'Secret')
      .map((object) => streamSecret(object, defaultNamespace)),
    secretObject: (namespace, name) => find('Secret', namespace, name),
    secret: (namespace, name) => secretData(find('Secret', namespace, name)?.value),
    secretLabels: (namespace, name) => metadataTexts(find('Secret', namespace, name)?.value, 'labels'),
    configMap: (namespace, name) => configMapData(find('ConfigMap', namespace, name)?.value),
    serviceAccountAnnotations: (namespace, name) => metadataTexts(find('ServiceAccount', namespace, name)?.value, 'annotations'),
  }
}

function id(kind: string, namespace: string, name: string): string {
  return `${kind} ${namespace}/${name}`
}

function streamSecret({ document, name, namespace }: ManifestObject, defaultNamespace: string): StreamTarget {
  const place = { file: document.file, line: document.line }
  return { kind: 'Secret', name: name ?? '', namespace: namespace ?? defaultNamespace, place }
}

/** `data` in base64, `stringData` over it, as the API server reads a Secret. */
function secretData(secret: ManifestMapping | undefined): ReadonlyMap<string, SecretValue> | undefined {
  if (!secret) return undefined
  const encoded = textMap(secret['data']) ?? []
  const plain = textMap(secret['stringData']) ?? []
  return new Map([
    ...Array.from(encoded, ([key, text]) => [key, new SecretValue(Buffer.from(text, 'base64'))] as const),
    ...Array.from(plain, ([key, text]) => [key, SecretValue.fromText(text)] as const),
  ])
}

function configMapData(configMap: ManifestMapping | undefined): ReadonlyMap<string, string> | undefined {
  return configMap && (textMap(configMap['data']) ?? new Map())
}

function metadataTexts(
  object: ManifestMapping | undefined,
  field: 'labels' | 'annotations',
): ReadonlyMap<string, string> | undefined {
  return object && (textMap(mapping(object['metadata'])?.[field]) ?? new Map())
}

/** The entries of a mapping that are text; `undefined` when it is no mapping. */
function textMap(value: ManifestValue | undefined): ReadonlyMap<string, string> | undefined {
  const entries = mapping(value)
  return entries && new Map(Object.entries(entries).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}

export function mapping(value: ManifestValue | undefined): ManifestMapping | undefined {
  return typeof value === 'object' && value !== null && !isList(value) ? value : undefined
}

function isList(value: object): value is readonly ManifestValue[] {
  return Array.isArray(value)
}
