import type { SecretValue } from '../../model/secret-value.ts'
import type { ManifestMapping, ManifestValue } from '../../stream/manifest-document.ts'
import { type CoreObjects, mapping } from '../core-objects.ts'

/** What is compared of a Secret, or of another object that is made instead. */
export interface ComparedSecret {
  /** Absent of a Secret. */
  readonly kind?: string
  readonly namespace: string
  readonly name: string
  /** Absent where others decide: some keys of a Secret that others make. */
  readonly type?: string
  readonly immutable: boolean
  readonly labels: ReadonlyMap<string, string>
  readonly annotations: ReadonlyMap<string, string>
  readonly data: ReadonlyMap<string, SecretValue>
}

/** By `namespace/name`; of another object than a Secret with its kind before that. */
export type ComparedSecrets = ReadonlyMap<string, ComparedSecret>

/** All Secrets of a stream. */
export function secretsOf(core: CoreObjects): ComparedSecrets {
  return new Map(
    core.secrets.map(({ namespace, name }) => {
      const value = core.secretObject(namespace, name)?.value ?? {}
      return [`${namespace}/${name}`, comparedSecret({ namespace, name }, value, core.secret(namespace, name) ?? new Map())]
    }),
  )
}

function comparedSecret(
  name: Pick<ComparedSecret, 'namespace' | 'name'>,
  value: ManifestMapping,
  data: ComparedSecret['data'],
): ComparedSecret {
  const { type, immutable } = value
  return {
    ...name,
    ...(typeof type === 'string' && { type }),
    immutable: immutable === true,
    ...comparedMetadata(value),
    data,
  }
}

export function comparedMetadata({ metadata }: ManifestMapping): Pick<ComparedSecret, 'labels' | 'annotations'> {
  const { labels, annotations } = mapping(metadata) ?? {}
  return { labels: textsOf(labels), annotations: textsOf(annotations) }
}

function textsOf(value: ManifestValue | undefined): ReadonlyMap<string, string> {
  // The API server refuses what is no text; here it is only compared.
  return new Map(Object.entries(mapping(value) ?? {}).map(([name, text]) => [name, typeof text === 'object' ? '' : String(text)]))
}

/** R6: some keys of a Secret that others make, applied server-side. */
export function isPartial({ annotations }: ComparedSecret): boolean {
  const texts = (annotations.get('argocd.argoproj.io/sync-options') ?? '').split(',')
  const options = new Set(texts.map((option) => option.trim()))
  return options.has('ServerSideApply=true') && options.has('Prune=false')
}
