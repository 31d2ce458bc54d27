import { isPlainObject } from '../api/plain-object.ts'
import { readStore } from '../api/read-store.ts'
import type { FieldPath } from '../model/field-path.ts'
import { SecretError } from '../model/secret-error.ts'
import type { LoadProvider } from '../providers/registry.ts'
import type { StoreObject } from '../stores/store-object.ts'
import type { PolicyObject } from './policy-object.ts'

/** A store that the administrator defines, and whom it serves. */
export interface AdministratorStore extends StoreObject {
  /** Patterns for AppProjects. */
  readonly projects: readonly string[]
  /** Patterns for the namespaces of ExternalSecrets. */
  readonly namespaces: readonly string[]
}

/** The store at `stores[index]` of a policy, read by the same schemas as one from Git; its warnings are errors. Throws SecretError InvalidSpec. */
export async function administratorStore(
  { document, place }: PolicyObject,
  index: number,
  providers: ReadonlyMap<string, LoadProvider>,
): Promise<AdministratorStore> {
  const at: FieldPath = ['stores', index]
  const given = document.stores[index]
  if (!given) throw new RangeError('no such store')
  const { kind, metadata, spec, projects, namespaces } = given
  const named = { name: metadata.name, ...(metadata.namespace !== '' && { namespace: metadata.namespace }) }
  const schemas = await schemasFor(spec, providers)
  const { value, problems, warnings } = readStore({ apiVersion: 'external-secrets.io/v1', kind, metadata: named, spec }, schemas)
  const problem = problems[0] ?? warnings[0] ?? namespaceProblem(given)
  if (problem || !value) {
    const { path, message, remedy } = problem ?? { path: [], message: 'is no store', remedy: undefined }
    throw new SecretError('InvalidSpec', message, { place: place([...at, ...path]), ...(remedy !== undefined && { remedy }) })
  }
  // Loaded where a store has some. Labels of namespaces are never known here: what Git says of them must not open a store (R2).
  const conditions = value.spec.conditions && (await import('../stores/namespace-conditions.ts')).namespaceConditions
  return {
    resource: value,
    place: place(at),
    namespace: metadata.namespace,
    ...(conditions && { verdictFor: (name) => conditions(value, { name, labels: undefined }) }),
    projects,
    // An empty list cannot be written: it is the default.
    namespaces: namespaces.length === 0 ? ['**'] : namespaces,
  }
}

/** Of a provider that is not implemented there is none: reading the store then warns, which is an error here. */
async function schemasFor(spec: Readonly<Record<string, unknown>>, providers: ReadonlyMap<string, LoadProvider>) {
  const ids = isPlainObject(spec['provider']) ? Object.keys(spec['provider']) : []
  const known = await Promise.all(ids.map(async (id) => [id, await providers.get(id)?.()] as const))
  return new Map(known.flatMap(([id, provider]) => (provider ? [[id, provider.config] as const] : [])))
}

function namespaceProblem({ kind, metadata, namespaces }: PolicyObject['document']['stores'][number]) {
  if (kind === 'ClusterSecretStore') {
    if (metadata.namespace === '') return undefined
    return { path: ['metadata', 'namespace'], message: 'a ClusterSecretStore has none', remedy: 'remove it' }
  }
  if (metadata.namespace === '') {
    return {
      path: ['metadata'],
      message: 'has no namespace',
      remedy: 'name the namespace that the SecretStore serves, or make it a ClusterSecretStore',
    }
  }
  if (namespaces.length === 0) return undefined
  return { path: ['namespaces'], message: 'a SecretStore serves its own namespace alone', remedy: 'remove it' }
}
