import { compileGlob } from './glob.ts'
import type { DirectoryParameters } from './source-parameters.ts'

/** Is this file, by its path from the folder of the application, one to read? */
export type DirectoryChoice = (name: string) => boolean

const MANIFEST = /\.(ya?ml|json)$/
/** A file that holds this text anywhere is no manifest (Argo CD, user guide, Directory). */
const SKIP_MARKER = '+argocd:skip-file-rendering'
/** Without this word a YAML file holds no object of Kubernetes: values of a chart, settings of some tool. */
const KIND = 'kind'

/**
 * Which files are manifests, as Argo CD's directory source chooses: `.yaml`, `.yml` and `.json`, of the folders below with `recurse`, by `include` and
 * `exclude`, never in `.git`. Jsonnet is not evaluated. Throws SecretError InvalidSpec for a glob that cannot be read.
 */
export function directoryChoice({ recurse, include, exclude }: DirectoryParameters): DirectoryChoice {
  const included = include === '' ? undefined : compileGlob(include)
  const excluded = exclude === '' ? undefined : compileGlob(exclude)
  return (name) => {
    if (!MANIFEST.test(name)) return false
    const folders = name.split('/').slice(0, -1)
    if ((folders.length > 0 && !recurse) || folders.includes('.git')) return false
    return !excluded?.(name) && (included?.(name) ?? true)
  }
}

/** Does a file that was chosen by its name hold manifests? */
export function holdsManifests(name: string, bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return !text.includes(SKIP_MARKER) && (name.endsWith('.json') || text.includes(KIND))
}
