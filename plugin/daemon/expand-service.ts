import { type Render, type RenderPorts, renderManifests } from '../argocd/render-manifests.ts'
import { noPermissions } from '../argocd/render-permissions.ts'
import type { RenderRequest } from '../argocd/render-request.ts'
import { type ArgoRequest, argoRequest } from '../argocd/request/argo-request.ts'
import { narrowedTimeoutMs } from '../argocd/request/author-parameters.ts'
import type { ExpandAnswer, ExpandRequest } from '../argocd/wire/expand-exchange.ts'
import { exitCodeOf, problemReport, warningReport } from '../cli/report.ts'
import type { RenderPhase } from '../model/render-phase.ts'
import { asSecretError, type SecretError } from '../model/secret-error.ts'
import type { SecretValue } from '../model/secret-value.ts'
import { inTurns } from '../model/turns.ts'
import { phaseTimes } from '../observability/phase-times.ts'
import type { PolicyNeed } from '../policy/policy-need.ts'
import type { PolicyRule } from '../policy/policy-schema.ts'
import type { PolicyWatch } from '../policy/policy-watch.ts'
import type { TenancyPolicy } from '../policy/read-policy.ts'
import { tenantGenerators } from '../policy/tenant-generators.ts'
import { tenantPermissions } from '../policy/tenant-permissions.ts'
import { tenantRules } from '../policy/tenant-rules.ts'
import { tenantStores } from '../policy/tenant-stores.ts'
import type { LoadProvider } from '../providers/registry.ts'
import type { CredentialsFolder } from '../stores/credentials-folder.ts'
import { noPolicy, noPolicyForGenerators } from '../stores/no-policy.ts'
import type { StoreOpener } from '../stores/open-store.ts'
import type { GeneratorTools } from '../stores/stream-generators.ts'
import type { ManifestStream } from '../stream/manifest-document.ts'
import { splittingSteps } from '../stream/split-manifests.ts'
import { watchedGenerators, watchedStores } from './watched-stores.ts'

/** What a daemon renders with. */
export interface ExpandTools
  extends Pick<RenderPorts, 'schemas' | 'engine' | 'keyRenaming' | 'budget' | 'surroundings' | 'lines' | 'long' | 'reading'> {
  /** Without one every render that needs a store is refused (R1). */
  readonly policy: PolicyWatch | undefined
  readonly providers: ReadonlyMap<string, LoadProvider>
  readonly opener: StoreOpener
  readonly generatorTools: GeneratorTools
  readonly folder: CredentialsFolder | undefined
  /** At least 32 bytes, the same in every replica: for R13 and R14. */
  readonly seed: () => SecretValue | undefined
  /** The administrator's limit for one render, in milliseconds. */
  readonly timeoutMs: number
  readonly listener: RenderListener
}

/** Told about every render; names and kinds, never values. */
export interface RenderListener {
  onRender(told: RenderTold): void
  readonly onPhase: (phase: RenderPhase, seconds: number) => void
  /** A store, a key or a generator that the policy does not allow. */
  onRefused(): void
  /** `need`: what a rule would have to say, unless no rule can. */
  onDryRefusal(argo: ArgoRequest, refusal: SecretError, need: PolicyNeed | undefined): void
}

export interface RenderTold extends Pick<Render, 'reads' | 'generated' | 'standIns'> {
  /** `undefined` when it could not be said who asks. */
  readonly argo: ArgoRequest | undefined
  readonly policyDigest: string | undefined
  readonly durationMs: number
  readonly problems: readonly SecretError[]
  readonly outputBytes: number
}

/** The policy as one render sees it from its first to its last step. */
interface InForce {
  readonly policy: TenancyPolicy | undefined
  readonly rules: readonly PolicyRule[]
}

const NOTHING = new Uint8Array()

/** One request of Argo CD from its variables and files to its output or report. Never throws. */
export async function expandRequest(request: ExpandRequest, tools: ExpandTools, signal: AbortSignal): Promise<ExpandAnswer> {
  const startedAt = performance.now()
  let argo: ArgoRequest | undefined
  let inForce: InForce | undefined
  const told = ({ problems, output, reads, generated, standIns }: Omit<Render, 'warnings' | 'locate'>): void =>
    tools.listener.onRender({
      argo,
      policyDigest: inForce?.policy?.digest,
      durationMs: performance.now() - startedAt,
      problems,
      outputBytes: output?.byteLength ?? 0,
      reads,
      generated,
      standIns,
    })
  try {
    argo = argoRequest(request.environment)
    inForce = inForceFor(argo, tools)
    const limitMs = Math.min(narrowedTimeoutMs(argo.parameters, tools.timeoutMs), request.timeoutMs ?? Number.POSITIVE_INFINITY)
    const ends = AbortSignal.any([signal, AbortSignal.timeout(Math.max(1, limitMs))])
    const render = await timedRender(request, argo, inForce, tools, ends)
    told(render)
    return answerOf(render)
  } catch (thrown) {
    const error = asSecretError(thrown)
    told({ problems: [error], output: undefined, reads: [], generated: [], standIns: [] })
    return refusal([error])
  }
}

async function timedRender(
  { files }: ExpandRequest,
  argo: ArgoRequest,
  inForce: InForce,
  tools: ExpandTools,
  signal: AbortSignal,
): Promise<Render> {
  const times = phaseTimes(() => performance.now(), tools.listener.onPhase)
  times.begin('read')
  const streams: ManifestStream[] = []
  for (const { name, bytes } of files) streams.push(await inTurns(splittingSteps(name, bytes)))
  const ports = { ...renderPorts(argo, inForce, tools), onPhase: times.begin }
  const render = await renderManifests(streams, renderRequest(argo, inForce, tools), ports, signal)
  times.end()
  return render
}

function inForceFor(argo: ArgoRequest, { policy }: ExpandTools): InForce {
  const current = argo.guard === 'hydrator' ? undefined : policy?.current()
  return { policy: current, rules: current ? tenantRules(current, argo) : [] }
}

function renderRequest(argo: ArgoRequest, { policy, rules }: InForce, { seed }: ExpandTools): RenderRequest {
  const { parameters, namespace, guard, project } = argo
  return {
    mode: 'argocd',
    namespace,
    delivery: parameters.delivery ?? 'inline',
    stores: 'consume',
    // One object a line: the cheapest for Argo CD to read, and without a doubt about types (argocd.md 1.8).
    output: 'json',
    guard,
    permissions: policy ? tenantPermissions(rules) : noPermissions,
    checksums: { workloads: parameters.workloadChecksums ?? 'annotated', key: seed(), project },
  }
}

function renderPorts(argo: ArgoRequest, { policy, rules }: InForce, tools: ExpandTools): RenderPorts {
  const { schemas, engine, keyRenaming, budget, surroundings, lines, long, reading, providers, opener, folder } = tools
  const value = tools.seed()
  return {
    schemas,
    engine,
    keyRenaming,
    budget,
    surroundings,
    ...(lines && { lines }),
    ...(long && { long }),
    ...(reading && { reading }),
    ...(value && { seed: { project: argo.project, value } }),
    generators: (found) =>
      watchedGenerators(
        policy
          ? tenantGenerators(found, {
              tenant: argo,
              policy,
              rules,
              hasSeed: value !== undefined,
              tools: tools.generatorTools,
              onDryRefusal: (refused, need) => tools.listener.onDryRefusal(argo, refused, need),
            })
          : noPolicyForGenerators,
        () => tools.listener.onRefused(),
      ),
    stores: async (stores, objects) =>
      watchedStores(
        policy
          ? await tenantStores(stores, objects, {
              tenant: argo,
              policy,
              rules,
              narrowedTo: argo.parameters.stores,
              providers,
              opener,
              folder,
              onDryRefusal: (refused, need) => tools.listener.onDryRefusal(argo, refused, need),
            })
          : noPolicy,
        () => tools.listener.onRefused(),
      ),
  }
}

function answerOf({ output, problems, warnings, locate }: Render): ExpandAnswer {
  const said = warningReport(warnings, locate)
  if (output) return { exitCode: 0, report: said, output }
  return {
    exitCode: exitCodeOf(problems),
    report: said + problemReport(problems, 'nothing was rendered', locate),
    output: NOTHING,
  }
}

/** The answer to a request that never came to a render. */
export function refusal(problems: readonly SecretError[]): ExpandAnswer {
  return { exitCode: exitCodeOf(problems), report: problemReport(problems, 'nothing was rendered'), output: NOTHING }
}
