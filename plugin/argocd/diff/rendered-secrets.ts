import { targetName } from '../../expansion/external-secret-input.ts'
import { targetIdOf } from '../../expansion/target-conflicts.ts'
import type { ExpansionTrace } from '../../expansion/trace.ts'
import { SecretError } from '../../model/secret-error.ts'
import type { ManifestStream } from '../../stream/manifest-document.ts'
import { splitManifests } from '../../stream/split-manifests.ts'
import { readCoreObjects } from '../core-objects.ts'
import { asTheyAre } from '../place-of.ts'
import { type Render, type RenderPorts, renderManifests } from '../render-manifests.ts'
import type { RenderRequest } from '../render-request.ts'
import { readKinds } from '../target-objects.ts'
import { type ComparedSecrets, secretsOf } from './compared-secret.ts'
import { comparedObject, type MadeObject, madeObject, objectId } from './made-object.ts'

/** What a render gives, or why it gives nothing. */
export interface RenderedSecrets extends Pick<Render, 'problems' | 'warnings' | 'locate'> {
  readonly secrets: ComparedSecrets
  readonly computed: ComputedNames
  /** What is made instead of Secrets. */
  readonly objects: readonly MadeObject[]
}

/** Names that templates compute from values, by {@link computedId}: they may hold one (R18). */
export type ComputedNames = ReadonlyMap<string, ReadonlySet<string>>

export function computedId(secret: string, target: 'data' | 'labels' | 'annotations'): string {
  return `${target} ${secret}`
}

/** Renders, all or nothing, and reads the Secrets of the output. Never throws. */
export async function renderedSecrets(
  streams: readonly ManifestStream[],
  request: RenderRequest,
  ports: RenderPorts,
  signal: AbortSignal,
): Promise<RenderedSecrets> {
  if (request.mode === 'argocd')
    return { secrets: new Map(), computed: new Map(), objects: [], problems: [onlyForPeople()], warnings: [], locate: asTheyAre }
  const computed = new Map<string, Set<string>>()
  const made: MadeObject[] = []
  const onTrace = (trace: ExpansionTrace): void => {
    noteComputed(trace, computed)
    const object = madeObject(trace)
    if (object) made.push(object)
  }
  const { output, problems, warnings, locate } = await renderManifests(streams, request, { ...ports, onTrace }, signal)
  const rendered = output ? [splitManifests('the render', output)] : []
  const core = await readCoreObjects(rendered, request.namespace)
  const objects = together(made)
  const others = await comparedObjects(rendered, request.namespace, objects)
  return { secrets: new Map([...secretsOf(core), ...others]), computed, objects, problems, warnings, locate }
}

/** Those of a stream that are made instead of Secrets. */
export async function comparedObjects(
  streams: readonly ManifestStream[],
  namespace: string,
  objects: readonly MadeObject[],
): Promise<ComparedSecrets> {
  const found = await readKinds(streams, namespace, objects)
  return new Map(
    objects.flatMap((one) => {
      const object = found.get(objectId(one))
      return object ? [[objectId(one), comparedObject(one, object.value)] as const] : []
    }),
  )
}

/** Several that merge into one target are one. */
function together(made: readonly MadeObject[]): readonly MadeObject[] {
  return [...Map.groupBy(made, objectId).values()].flatMap((group) => {
    const [first] = group
    if (!first) return []
    return [{ ...first, fields: group.flatMap(({ fields }) => fields), maps: group.flatMap(({ maps }) => maps) }]
  })
}

function noteComputed({ input, templated }: ExpansionTrace, computed: Map<string, Set<string>>): void {
  const secret = input.resource.spec.target.manifest ? targetIdOf(input) : `${input.namespace}/${targetName(input)}`
  for (const { target, name, isComputed } of templated?.names ?? []) {
    if (!isComputed) continue
    const id = computedId(secret, target === 'object' ? 'data' : target)
    computed.set(id, (computed.get(id) ?? new Set()).add(name))
  }
}

function onlyForPeople(): SecretError {
  return new SecretError(
    'AccessDenied',
    'inside Argo CD nothing is compared: a render there reads by the policy of its daemon alone',
    {
      remedy: 'run it where ARGOCD_APP_NAME is not set, with your own credentials; Argo CD itself shows what a sync would change',
    },
  )
}
