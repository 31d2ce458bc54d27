import { type ExpansionPorts, expand, isRefusedUnread } from '../../expansion/expand.ts'
import { creationPolicy, type ExternalSecretInput } from '../../expansion/external-secret-input.ts'
import { type TemplateReads, templateReads } from '../../expansion/template-reads.ts'
import { loadTemplating } from '../../expansion/templating.ts'
import type { ExpansionTrace } from '../../expansion/trace.ts'
import { asSecretError, SecretError } from '../../model/secret-error.ts'
import { inTurns } from '../../model/turns.ts'
import type { ManifestStream, StreamWarning } from '../../stream/manifest-document.ts'
import { type CoreObjects, readCoreObjects } from '../core-objects.ts'
import { type Inventory, takeInventory } from '../inventory.ts'
import { asTheyAre, createLocate, type Locate } from '../place-of.ts'
import { type RenderPorts, renderTools } from '../render-manifests.ts'
import { refusalSteps } from '../render-refusals.ts'
import type { RenderRequest } from '../render-request.ts'
import { existingIn, readTargetObjects, type TargetObjects } from '../target-objects.ts'
import { explainedSecrets } from './explained-secrets.ts'
import type { ExplainedSecret } from './explanation.ts'
import type { DigestOf } from './value-digest.ts'

export interface Explanation {
  readonly secrets: readonly ExplainedSecret[]
  /** ExternalSecrets that a render makes no Secret of, and why. */
  readonly others: readonly { readonly object: string; readonly reason: 'passed through' | 'creationPolicy None' }[]
  readonly problems: readonly SecretError[]
  readonly warnings: readonly StreamWarning[]
  readonly locate: Locate
  /** Nothing was looked at. */
  readonly isRefused: boolean
}

/**
 * Where every key of every produced Secret comes from, by the steps of a render. A problem does not end it: what can be explained is. The
 * other problems of an ExternalSecret that is refused before any read are told, and its entries, but not its keys. Never throws.
 */
export async function explainManifests(
  streams: readonly ManifestStream[],
  request: RenderRequest,
  ports: RenderPorts,
  digestOf: DigestOf | undefined,
  signal: AbortSignal,
): Promise<Explanation> {
  if (request.mode === 'argocd') return refusal(onlyForPeople())
  const inventory = await takeInventory(streams, request, ports.schemas)
  const core = await readCoreObjects(streams, request.namespace)
  const all = inventory.externalSecrets.map(({ input }) => input)
  const others = await readTargetObjects(streams, request.namespace, all)
  const refused = await inTurns(refusalSteps(inventory, core, others, request))
  const traced = await trace(inventory, core, { ports, request, others }, signal)
  return {
    secrets: explainedSecrets(inventory, { core, others }, traced, digestOf),
    others: inventory.externalSecrets.flatMap(({ delivery, input }): Explanation['others'] => {
      const object = input.place.object ?? input.resource.metadata.name
      if (delivery === 'passthrough') return [{ object, reason: 'passed through' }]
      return creationPolicy(input) === 'None' ? [{ object, reason: 'creationPolicy None' }] : []
    }),
    problems: [...inventory.problems, ...refused, ...traced.problems],
    warnings: [...inventory.warnings, ...inventory.strictWarnings, ...core.warnings, ...traced.warnings],
    locate: createLocate(inventory.objects),
    isRefused: false,
  }
}

/** How each Secret came to be, and what the templates of those that were made read. */
export interface Traced {
  readonly traces: ReadonlyMap<ExternalSecretInput, ExpansionTrace>
  readonly templateReads: ReadonlyMap<ExternalSecretInput, readonly TemplateReads[]>
}

interface TracedExpansion extends Traced {
  readonly problems: readonly SecretError[]
  readonly warnings: readonly StreamWarning[]
}

/** One ExternalSecret that is refused before any read would end the expansion of all: the others are expanded without it then. */
async function trace(
  { externalSecrets, stores, generators }: Inventory,
  core: CoreObjects,
  { ports, request, others }: { readonly ports: RenderPorts; readonly request: RenderRequest; readonly others: TargetObjects },
  signal: AbortSignal,
): Promise<TracedExpansion> {
  const traces = new Map<ExternalSecretInput, ExpansionTrace>()
  const inline = externalSecrets.filter(({ delivery }) => delivery === 'inline')
  try {
    const tools: ExpansionPorts = {
      ...(await renderTools(inline, ports, request)),
      ...(ports.onPlan && { onPlan: ports.onPlan }),
      onTrace: (one) => void traces.set(one.input, one),
      stores: await ports.stores(stores, core),
      templates: core,
      ...existingIn(others),
      ...(ports.generators && { generators: ports.generators(generators, core) }),
    }
    const producing = inline.map(({ input }) => input).filter((input) => creationPolicy(input) !== 'None')
    const refused: ExternalSecretInput[] = []
    for (const input of producing) if (await isRefusedUnread(input, tools)) refused.push(input)
    const unread = await expand(refused, tools, signal)
    const read = await expand(
      producing.filter((input) => !refused.includes(input)),
      tools,
      signal,
    )
    const problems = [...unread.problems, ...read.problems]
    return { traces, templateReads: await readsOf(traces, tools), problems, warnings: read.warnings }
  } catch (thrown) {
    return { traces, templateReads: new Map(), problems: [asSecretError(thrown)], warnings: [] }
  }
}

async function readsOf(traces: Traced['traces'], tools: ExpansionPorts): Promise<Traced['templateReads']> {
  const templated = [...traces.values()].filter((trace) => trace.templated !== undefined)
  const templating = await loadTemplating(templated.map(({ input }) => input))
  const known = { ...tools, shapes: templating?.shapes }
  return new Map(templated.map((trace) => [trace.input, templateReads(trace.input, fetchedKeys(trace), known)]))
}

function fetchedKeys({ entries, defaulted }: ExpansionTrace): readonly string[] {
  return [...new Set([...entries.flatMap(({ keys }) => keys.map(({ key }) => key)), ...defaulted])]
}

/** What it prints would be taken for manifests there, and no policy would have been asked. */
function onlyForPeople(): SecretError {
  return new SecretError(
    'AccessDenied',
    'inside Argo CD nothing is explained: a render there reads by the policy of its daemon alone',
    {
      remedy:
        "run it where ARGOCD_APP_NAME is not set, with your own credentials; what a render read is in the daemon's audit log",
    },
  )
}

function refusal(problem: SecretError): Explanation {
  return { secrets: [], others: [], problems: [problem], warnings: [], locate: asTheyAre, isRefused: true }
}
