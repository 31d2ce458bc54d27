import type { ManifestObject } from '../../stream/manifest-document.ts'
import { mappingIn } from '../mapping-in.ts'

const PREFIX = 'avp.kubernetes.io/'
/** Those of argocd-vault-plugin before 1.0. */
const RETIRED = new Set(['avp_path', 'avp_ignore', 'kv_version'])
/** What Go's strconv.ParseBool takes for true; everything else counts as false. */
const TRUE = new Set(['1', 't', 'T', 'true', 'TRUE', 'True'])

/** What the annotations of one object say to argocd-vault-plugin. */
export interface AvpAnnotations {
  /** Of generic placeholders; undefined when `<…>` without a path are no placeholders. */
  readonly path: string | undefined
  readonly secretVersion: string | undefined
  readonly kvVersion: string | undefined
  readonly ignored: boolean
  readonly removesMissing: boolean
  /** As they are written. */
  readonly names: readonly string[]
}

export function avpAnnotationsOf({ value }: ManifestObject): AvpAnnotations {
  const annotations = mappingIn(mappingIn(value, 'metadata'), 'annotations')
  const textOf = (name: string): string | undefined => {
    const text = Object.hasOwn(annotations, PREFIX + name) ? annotations[PREFIX + name] : undefined
    return typeof text === 'string' ? text : undefined
  }
  return {
    path: textOf('path'),
    secretVersion: textOf('secret-version') || undefined,
    kvVersion: textOf('kv-version'),
    ignored: TRUE.has(textOf('ignore') ?? ''),
    removesMissing: TRUE.has(textOf('remove-missing') ?? ''),
    names: Object.keys(annotations).filter(isAvpAnnotation),
  }
}

export function isAvpAnnotation(name: string): boolean {
  return name.startsWith(PREFIX) || RETIRED.has(name)
}
