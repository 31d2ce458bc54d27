import { objectSchema } from '../plugin/api/crd/custom-resource-definition.ts'
import { customResources } from '../plugin/api/crd/custom-resources.ts'
import { generatorDefinitions } from '../plugin/api/crd/generator-definitions.ts'
import { inV1, inV1beta1, structuralSchema } from '../plugin/api/crd/structural-schema.ts'
import type { StructuralSchema } from '../plugin/api/crd-facts.ts'
import { GENERATORS_API_VERSION } from '../plugin/api/generator.ts'
import { clusterPushSecretSchema, pushSecretSchema } from '../plugin/api/push-secret.ts'
import { generatorSpecs, loadedGenerators, providerConfigs } from './crds.ts'
import { generatorPage } from './generators/generator-page.ts'
import { otherPages } from './generators/other-pages.ts'
import { type KindPage, kindPages } from './kind-pages.ts'

/** A kind and all that its page tells. */
export interface ReferenceKind {
  readonly kind: string
  readonly apiVersion: string
  readonly scope: 'Namespaced' | 'Cluster'
  readonly shortName: string | undefined
  readonly summary: string
  readonly spec: StructuralSchema
  /** As v1beta1 has it, where there is that version. */
  readonly older?: StructuralSchema
  /** Absent where nothing here writes one. */
  readonly status?: StructuralSchema
  readonly page: KindPage
}

/** Every kind of both groups that is acted on or known, in the order of the index. */
export async function referenceKinds(): Promise<readonly ReferenceKind[]> {
  const [providers, generators] = [await providerConfigs(), await loadedGenerators()]
  const pages = new Map([...kindPages, ...otherPages, ...generators.map((one) => [one.kind, generatorPage(one)] as const)])
  const own = customResources.map((resource) => ({
    kind: resource.kind,
    apiVersion: 'external-secrets.io/v1',
    scope: resource.scope,
    shortName: resource.shortName,
    summary: resource.description,
    spec: specOf(objectSchema(resource, providers, inV1)),
    older: specOf(objectSchema(resource, providers, inV1beta1)),
    status: structuralSchema(resource.status),
  }))
  const ofGenerators = generatorDefinitions(await generatorSpecs()).map(
    ({ kind, scope, description: summary, spec, shortNames: [shortName] = [] }) => ({
      kind,
      apiVersion: GENERATORS_API_VERSION,
      scope,
      shortName,
      summary,
      spec,
    }),
  )
  return [...own, ...pushKinds, ...ofGenerators].map((one) => withPage(one, pages))
}

function withPage(one: Omit<ReferenceKind, 'page'>, pages: ReadonlyMap<string, KindPage>): ReferenceKind {
  const page = pages.get(one.kind)
  if (!page) throw new Error(`the reference has no page for ${one.kind}`)
  return { ...one, summary: page.summary ?? one.summary, page }
}

/** They are read and checked; there is no definition of ours for them. */
const pushKinds: readonly Omit<ReferenceKind, 'page'>[] = [
  { kind: 'PushSecret', scope: 'Namespaced' as const, shortName: 'ps', schema: pushSecretSchema },
  { kind: 'ClusterPushSecret', scope: 'Cluster' as const, shortName: undefined, schema: clusterPushSecretSchema },
].map(({ kind, scope, shortName, schema }) => ({
  kind,
  apiVersion: 'external-secrets.io/v1alpha1',
  scope,
  shortName,
  summary: schema.description ?? '',
  spec: structuralSchema(schema.shape.spec),
}))

function specOf(object: StructuralSchema): StructuralSchema {
  const spec = object.properties?.['spec']
  if (!spec) throw new Error('a kind without a spec')
  return spec
}
