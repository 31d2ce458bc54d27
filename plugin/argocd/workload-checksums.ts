import { createHmac } from 'node:crypto'
import { CHECKSUM, CHECKSUMS } from '../api/annotations.ts'
import type { FieldPath } from '../model/field-path.ts'
import type { SecretValue } from '../model/secret-value.ts'
import { createTurns } from '../model/turns.ts'
import { type DocumentReading, directReading } from '../stream/document-reading.ts'
import type {
  ManifestDocument,
  ManifestMapping,
  ManifestObject,
  ManifestStream,
  StreamEdits,
  StreamWarning,
} from '../stream/manifest-document.ts'
import { mayHoldKind } from '../stream/may-hold-kind.ts'
import { mapping } from './core-objects.ts'
import { placeOf } from './place-of.ts'
import { podTemplatePath, secretUses } from './secret-uses.ts'

/** R14: which workloads are restarted by a changed value, and what their checksums are made with. */
export interface Checksums {
  /** `annotated`: those with `argocd-external-secrets.io/workload-checksum: enabled`; `all`: all but those that say `disabled`. */
  readonly workloads: 'annotated' | 'all'
  /** At least 32 bytes; without it the values could be guessed from the checksum, and no workload gets one. */
  readonly key: SecretValue | undefined
  /** Argo CD's; empty on the command line. */
  readonly project: string
}

/** Never a Job or a bare Pod, whose template cannot change (R14). */
const KINDS = ['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'Rollout']
const WORKLOADS = { groups: ['apps', 'batch', 'argoproj.io'], kinds: KINDS }

/** The data of the Secrets that a render prints, in base64, by `namespace/name`. */
type PrintedSecrets = ReadonlyMap<string, ReadonlyMap<string, string>>

/**
 * The edits with a checksum of the rendered values in the pod template of every workload that uses them, so that a changed value starts new
 * pods. It covers exactly the keys used, and is bound to project, namespace and workload, so that equal values cannot be told. Workloads that
 * use no rendered Secret stay byte for byte.
 */
export async function withChecksums(
  streams: readonly ManifestStream[],
  edits: StreamEdits,
  defaultNamespace: string,
  checksums: Checksums,
  reading: DocumentReading = directReading,
): Promise<{ readonly edits: StreamEdits; readonly warnings: readonly StreamWarning[] }> {
  const printed = printedSecrets(edits, defaultNamespace)
  if (printed.size === 0) return { edits, warnings: [] }
  const all = new Map(edits)
  const warnings: StreamWarning[] = []
  for (const object of (await workloads(streams, checksums, reading)).filter((workload) => isWanted(workload, checksums))) {
    const used = valuesUsed(object, printed, defaultNamespace)
    const path = podTemplatePath(object)
    if (used.size === 0 || !path) continue
    if (!checksums.key) warnings.push({ place: placeOf(object), message: WITHOUT_KEY })
    else {
      const checksum = checksumOf(object, used, defaultNamespace, checksums.key, checksums.project)
      all.set(object, [annotated(object.value, [...path, 'metadata', 'annotations'], checksum)])
    }
  }
  return { edits: all, warnings }
}

const WITHOUT_KEY = 'no checksum of the Secrets that it uses: they are keyed, name a file of secret random bytes with --seed-file'

async function workloads(
  streams: readonly ManifestStream[],
  checksums: Checksums,
  reading: DocumentReading,
): Promise<readonly ManifestObject[]> {
  const turns = createTurns()
  const found: ManifestObject[] = []
  for (const document of streams.flatMap((stream) => stream.documents)) {
    const turn = turns.take()
    if (turn) await turn
    if (!mayAskForOne(document, checksums) || !mayHoldKind(document, WORDS)) continue
    for (const object of (await reading.objects(document, WORKLOADS)).objects) found.push(object)
  }
  return found
}

/** To parse every workload of a large application for the few that are annotated takes longer than all the rest. An escape may hide the name. */
function mayAskForOne({ source }: ManifestDocument, { workloads }: Checksums): boolean {
  return workloads === 'all' || source.includes(CHECKSUMS) || source.includes('\\')
}

const WORDS = [...KINDS, ...KINDS.map((kind) => `${kind}List`)]

function isWanted({ value }: ManifestObject, checksums: Checksums): boolean {
  const own = mapping(mapping(value['metadata'])?.['annotations'])?.[CHECKSUMS]
  return checksums.workloads === 'all' ? own !== 'disabled' : own === 'enabled'
}

function printedSecrets(edits: StreamEdits, defaultNamespace: string): PrintedSecrets {
  const secrets = new Map<string, ReadonlyMap<string, string>>()
  for (const object of [...edits.values()].flat()) {
    const { kind, metadata, data } = object as { kind?: string; metadata?: { name?: string; namespace?: string }; data?: object }
    if (kind !== 'Secret' || metadata?.name === undefined) continue
    secrets.set(`${metadata.namespace ?? defaultNamespace}/${metadata.name}`, new Map(Object.entries(data ?? {})))
  }
  return secrets
}

/** The values of the keys that the workload uses, by Secret and key. */
function valuesUsed(object: ManifestObject, printed: PrintedSecrets, defaultNamespace: string): ReadonlyMap<string, string> {
  const namespace = object.namespace ?? defaultNamespace
  const used = new Map<string, string>()
  for (const { secret, key: onlyKey } of secretUses(object)) {
    for (const [name, value] of printed.get(`${namespace}/${secret}`) ?? [])
      if (onlyKey === undefined || onlyKey === name) used.set(JSON.stringify([secret, name]), value)
  }
  return used
}

function checksumOf(
  object: ManifestObject,
  used: ReadonlyMap<string, string>,
  defaultNamespace: string,
  key: SecretValue,
  project: string,
): string {
  const namespace = object.namespace ?? defaultNamespace
  const sorted = [...used].toSorted(([one], [other]) => (one < other ? -1 : 1))
  const text = JSON.stringify([project, namespace, object.kind, object.name ?? '', sorted])
  return createHmac('sha256', key.reveal()).update('workload-checksum v1\n').update(text).digest('hex')
}

/** A copy with the annotation; the mappings on the way are made where they are missing. */
function annotated(value: ManifestMapping, [name, ...rest]: FieldPath, checksum: string): ManifestMapping {
  if (name === undefined) return { ...value, [CHECKSUM]: checksum }
  return { ...value, [name]: annotated(mapping(value[name]) ?? {}, rest, checksum) }
}
