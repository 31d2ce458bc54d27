import { encodedData, type SecretManifest, secretObject } from '../expansion/secret-manifest.ts'
import type { ManifestMapping } from '../stream/manifest-document.ts'
import { mapping } from './core-objects.ts'

const SYNC_OPTIONS = 'argocd.argoproj.io/sync-options'
/** R6: a partial Secret adds its keys to one that others made, and never takes it away. */
const PARTIAL_OPTIONS = ['ServerSideApply=true', 'Prune=false', 'Delete=false']
/** Options that would undo these: Argo CD prefers `Replace` to a server-side apply, and the keys of others would be gone. */
const UNDOING_OPTIONS = /^(ServerSideApply|Prune|Delete|Replace|Force)=/

/** A Secret of the stream with the keys of `additions` in it (R6). What the Secret says of labels, annotations and type stays; keys of ours win. */
export function mergedIntoStream(existing: ManifestMapping, additions: readonly SecretManifest[]): object {
  const added = Object.fromEntries(additions.flatMap((secret) => Object.entries(encodedData(secret.data))))
  const stringData = Object.entries(mapping(existing['stringData']) ?? {}).filter(([key]) => !Object.hasOwn(added, key))
  const metadata = mapping(existing['metadata'])
  const { stringData: _replaced, ...others } = existing
  return {
    ...others,
    metadata: { ...metadata, ...metadataAdditions(metadata, additions) },
    ...(additions.some(({ immutable }) => immutable) && { immutable: true }),
    data: { ...mapping(existing['data']), ...added },
    ...(stringData.length > 0 && { stringData: Object.fromEntries(stringData) }),
  }
}

function metadataAdditions(existing: ManifestMapping | undefined, additions: readonly SecretManifest[]): object {
  const field = (name: 'labels' | 'annotations'): object => {
    const merged = { ...Object.fromEntries(additions.flatMap((secret) => [...secret[name]])), ...mapping(existing?.[name]) }
    return Object.keys(merged).length > 0 ? { [name]: merged } : {}
  }
  const given = existing?.['finalizers']
  const finalizers = new Set<unknown>([
    ...(Array.isArray(given) ? given : []),
    ...additions.flatMap((secret) => secret.finalizers),
  ])
  return { ...field('labels'), ...field('annotations'), ...(finalizers.size > 0 && { finalizers: [...finalizers] }) }
}

/** A Secret of the given keys alone, for a target that is not in the stream: applied server-side, never pruned, never deleted (R6). Of what can be said once only, the last part decides. */
export function partialSecret(parts: readonly SecretManifest[]): object {
  const [first] = parts
  if (!first) return {}
  const combined: SecretManifest = {
    ...parts.reduce((whole, part) => Object.assign(whole, part), { ...first }),
    labels: new Map(parts.flatMap((part) => [...part.labels])),
    annotations: new Map([...parts.flatMap((part) => [...part.annotations]), partialOptions(parts)]),
    finalizers: [...new Set(parts.flatMap((part) => part.finalizers))],
    data: new Map(parts.flatMap((part) => [...part.data])),
  }
  return secretObject(combined)
}

/** The annotation with which some fields of an object are applied, beside the options that its parts have (R6). */
export function partialOptions(
  parts: readonly { readonly annotations: ReadonlyMap<string, string> }[],
): readonly [name: string, value: string] {
  const present = parts.flatMap(({ annotations }) => (annotations.get(SYNC_OPTIONS) ?? '').split(','))
  const options = present.map((option) => option.trim()).filter((option) => option !== '')
  const kept = options.filter((option) => PARTIAL_OPTIONS.includes(option) || !UNDOING_OPTIONS.test(option))
  return [SYNC_OPTIONS, [...new Set([...kept, ...PARTIAL_OPTIONS])].join(',')]
}
