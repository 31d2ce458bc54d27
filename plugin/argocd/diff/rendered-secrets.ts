import { targetName } from '../../expansion/external-secret-input.ts'
import type { ExpansionTrace } from '../../expansion/trace.ts'
import { SecretError } from '../../model/secret-error.ts'
import type { ManifestStream } from '../../stream/manifest-document.ts'
import { splitManifests } from '../../stream/split-manifests.ts'
import { readCoreObjects } from '../core-objects.ts'
import { asTheyAre } from '../place-of.ts'
import { type Render, type RenderPorts, renderManifests } from '../render-manifests.ts'
import type { RenderRequest } from '../render-request.ts'
import { type ComparedSecrets, secretsOf } from './compared-secret.ts'

/** What a render gives, or why it gives nothing. */
export interface RenderedSecrets extends Pick<Render, 'problems' | 'warnings' | 'locate'> {
  readonly secrets: ComparedSecrets
  readonly computed: ComputedNames
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
    return { secrets: new Map(), computed: new Map(), problems: [onlyForPeople()], warnings: [], locate: asTheyAre }
  const computed = new Map<string, Set<string>>()
  const onTrace = (trace: ExpansionTrace): void => noteComputed(trace, computed)
  const { output, problems, warnings, locate } = await renderManifests(streams, request, { ...ports, onTrace }, signal)
  const rendered = output ? [splitManifests('the render', output)] : []
  const core = await readCoreObjects(rendered, request.namespace)
  return { secrets: secretsOf(core), computed, problems, warnings, locate }
}

function noteComputed({ input, templated }: ExpansionTrace, computed: Map<string, Set<string>>): void {
  const secret = `${input.namespace}/${targetName(input)}`
  for (const { target, name, isComputed } of templated?.names ?? []) {
    if (!isComputed) continue
    const id = computedId(secret, target)
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
