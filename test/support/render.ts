import { parseAllDocuments } from 'yaml'
import { objectSchemas } from '../../plugin/argocd/object-schemas.ts'
import { type Render, type RenderPorts, renderManifests } from '../../plugin/argocd/render-manifests.ts'
import type { RenderRequest } from '../../plugin/argocd/render-request.ts'
import type { TemplatePorts } from '../../plugin/argocd/validate-manifests.ts'
import { generators } from '../../plugin/generators/registry.ts'
import { silentLogger } from '../../plugin/model/logger.ts'
import { localCredentials } from '../../plugin/stores/local-credentials.ts'
import { noPolicy, noPolicyForGenerators } from '../../plugin/stores/no-policy.ts'
import { freshStores } from '../../plugin/stores/open-store.ts'
import { streamGenerators } from '../../plugin/stores/stream-generators.ts'
import { streamStores } from '../../plugin/stores/stream-stores.ts'
import { splitManifests } from '../../plugin/stream/split-manifests.ts'
import { goTemplateEngine } from '../../templates/go-template/go-template-engine.ts'
import { handlebarsEngine } from '../../templates/handlebars/handlebars-engine.ts'
import { goKeyRenaming } from '../../templates/scopes/go-key-renaming.ts'
import { FakeClock } from './fake-clock.ts'
import type { MemoryProvider } from './memory-provider.ts'
import { seededRandom } from './seeded-random.ts'

export const LOCAL: RenderRequest = { mode: 'local', namespace: 'default', delivery: 'inline', stores: 'consume', output: 'yaml' }

/** A SecretStore for the memory provider, which stands in for `fake`. */
export const STORE = `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: store, namespace: default}
spec: {provider: {fake: {data: []}}}
`

type FileContent = string | Uint8Array

/** Renders one or more files, texts or bytes, in this process, with the memory provider behind `spec.provider.fake`. */
export function renderText(
  text: FileContent | readonly FileContent[],
  memory: MemoryProvider,
  request: Partial<RenderRequest> = {},
  seed?: RenderPorts['seed'],
  further: Partial<RenderPorts> = {},
): Promise<Render> {
  const files = typeof text === 'string' || text instanceof Uint8Array ? [text] : text
  const streams = files.map((file, index) =>
    splitManifests(`file-${index}.yaml`, typeof file === 'string' ? new TextEncoder().encode(file) : file),
  )
  const wanted = { ...LOCAL, ...request }
  const ports = { ...portsOf(memory, wanted.mode), ...(seed && { seed }), ...further }
  return renderManifests(streams, wanted, ports, AbortSignal.timeout(10_000))
}

export const engineOf: RenderPorts['engine'] = async (name) => (name === 'v2' ? goTemplateEngine : handlebarsEngine)

export const templatePorts: TemplatePorts = {
  engine: engineOf,
  keyRenaming: async () => goKeyRenaming,
  budget: { steps: 100_000, depth: 100, outputBytes: 100_000, wallTimeMs: 1_000, heavyCalls: 8, now: () => 0 },
  surroundings: { random: () => seededRandom('template'), now: () => 0, localZone: 'UTC' },
}

/** `others` stand behind further names of `spec.provider`. */
export function portsOf(
  memory: MemoryProvider,
  mode: RenderRequest['mode'],
  others: Readonly<Record<string, MemoryProvider>> = {},
): RenderPorts {
  const all = Object.entries({ fake: memory, ...others })
  const providers = new Map(all.map(([id, { provider }]) => [id, async () => provider] as const))
  const tools = {
    environment: new Map<string, string>(),
    clock: new FakeClock(),
    random: seededRandom('render'),
    logger: silentLogger,
    callTimeoutMs: 1_000,
  }
  const opener = freshStores(providers, { ...tools, concurrency: 32 })
  return {
    schemas: objectSchemas(providers, generators),
    stores: async (stores, objects) =>
      mode === 'argocd'
        ? noPolicy
        : streamStores(stores, { opener, credentials: (asker) => localCredentials(asker, objects, undefined) }),
    generators: (found, objects) =>
      mode === 'argocd'
        ? noPolicyForGenerators
        : streamGenerators(found, {
            tools,
            credentials: (namespace) => localCredentials({ storeKind: 'SecretStore', namespace }, objects, undefined),
          }),
    ...templatePorts,
  }
}

/** The objects of a render that went well; a Secret's data is decoded under `values`. */
export function objectsOf(render: Render): readonly Rendered[] {
  if (!render.output) throw new Error(render.problems.map((problem) => `${problem.kind}: ${problem.message}`).join('\n'))
  return parseAllDocuments(new TextDecoder().decode(render.output)).flatMap((document) => {
    const object = document.toJS() as Rendered | null
    return object ? [{ ...object, values: decoded(object.data ?? {}) }] : []
  })
}

export interface Rendered {
  readonly kind: string
  readonly type?: string
  readonly immutable?: boolean
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly data?: Readonly<Record<string, string>>
  readonly stringData?: Readonly<Record<string, string>>
  readonly values: Readonly<Record<string, string>>
}

function decoded(data: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text, 'base64').toString()]))
}
