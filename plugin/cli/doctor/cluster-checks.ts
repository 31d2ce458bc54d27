import { readStore } from '../../api/read-store.ts'
import { impossibleSearch } from '../../argocd/impossible-search.ts'
import * as controllerOptions from '../../config/controller-options.ts'
import { setting } from '../../config/settings.ts'
import type { EsoController } from '../../controller/takeover/eso-controller.ts'
import { clashWithEso, findEsoControllers, type OwnScope } from '../../controller/takeover/find-eso-controllers.ts'
import { type FoundLiveStore, findUnserved, type Unserved } from '../../controller/takeover/find-unserved.ts'
import { generators } from '../../generators/registry.ts'
import type { KubeClient } from '../../kube/kube-client.ts'
import { isKubeError } from '../../kube/kube-error.ts'
import type { FindQuery } from '../../model/find-query.ts'
import { quoteName } from '../../model/quote-name.ts'
import { providers } from '../../providers/registry.ts'
import { namedProviders, providerSchemas } from '../../stores/provider-schemas.ts'
import { splitManifests } from '../../stream/split-manifests.ts'
import { inlineDelivery } from '../inline-delivery.ts'
import { readInput } from '../read-input.ts'
import type { DoctorCheck, Examination, Finding } from './doctor-check.ts'

/** So many are named, the others counted. */
const MAX_NAMED = 20
const KEEP_ESO =
  'keep External Secrets Operator for them: with a --controller-class of its own, and that class in spec.controller of their stores'

/** Whether the API server is there; without it the other checks would all say that it is not. */
export function reachCheck(client: KubeClient): DoctorCheck {
  return clusterCheck('kubernetes', async ({ signal }) => {
    return [{ state: 'ok', text: `the API server is ${await client.serverVersion(signal)}` }]
  })
}

/** What stands in the way of a controller of ours in the cluster, and of delivering the manifests at `where` inline (docs/migrating-from-eso.md). */
export function clusterChecks(client: KubeClient, where: string | undefined): readonly DoctorCheck[] {
  return [
    clusterCheck('operator', (examination) => operatorFindings(client, examination)),
    clusterCheck('not served', (examination) => unservedFindings(client, examination)),
    clusterCheck('delivery', (examination) => deliveryFindings(client, where, examination)),
  ]
}

function clusterCheck(name: string, run: DoctorCheck['run']): DoctorCheck {
  return {
    name,
    async run(examination) {
      try {
        return await run(examination)
      } catch (thrown) {
        if (!isKubeError(thrown)) throw thrown
        const remedy = isKubeError(thrown, 'Forbidden')
          ? 'ask as an account that may list this in all namespaces'
          : 'see --kubeconfig, --context and the way to the API server'
        return [{ state: isKubeError(thrown, 'Forbidden') ? 'doubt' : 'wrong', text: thrown.message, remedy }]
      }
    },
  }
}

async function operatorFindings(client: KubeClient, { sources, signal }: Examination): Promise<readonly Finding[]> {
  const search = await findEsoControllers(client, signal)
  if (!search.found) {
    const remedy = 'ask as an account that may, or see yourself whether External Secrets Operator runs'
    return [{ state: 'doubt', text: search.why, remedy }]
  }
  if (search.found.length === 0) return [{ state: 'ok', text: 'External Secrets Operator does not run here' }]
  const own = { controllerClass: setting(controllerOptions.controllerClass, sources), namespace: undefined }
  return search.found.map((one) => operatorFinding(one, own))
}

function operatorFinding(one: EsoController, own: OwnScope): Finding {
  const clash = clashWithEso([one], own)
  if (clash) return { state: 'wrong', text: clash.message, ...(clash.remedy !== undefined && { remedy: clash.remedy }) }
  const how = one.isRunning ? `has the class ${quoteName(one.controllerClass)}` : 'is scaled to nothing'
  return { state: 'ok', text: `Deployment ${quoteName(`${one.namespace}/${one.name}`)} of External Secrets Operator ${how}` }
}

async function unservedFindings(client: KubeClient, { sources, signal }: Examination): Promise<readonly Finding[]> {
  const own = {
    controllerClass: setting(controllerOptions.controllerClass, sources),
    implemented: new Set(providers.keys()),
    generators: new Set(generators.keys()),
    impossibleSearch: searchProblem,
  }
  const findings = toldOf(await findUnserved(client, own, signal))
  return findings.length > 0 ? findings : [{ state: 'ok', text: 'nothing here asks for what is not implemented' }]
}

/** In the words of `validate`; undefined too for a store that makes no sense, which says so itself. */
async function searchProblem(query: FindQuery, store: FoundLiveStore): Promise<string | undefined> {
  const whole = { ...store, apiVersion: 'external-secrets.io/v1' }
  const { value: resource } = readStore(whole, await providerSchemas([whole], providers))
  const { namespace = '' } = store.metadata
  if (!resource) return undefined
  return impossibleSearch(query, { resource, place: {}, namespace }, await namedProviders([whole], providers))?.message
}

function toldOf({ pushes, stores, generators: ofOtherKinds, externalSecrets }: Unserved): readonly Finding[] {
  const told = [
    pushes.length > 0 &&
      `nothing pushes ${pushes.map(({ kind, count }) => `${count} ${kind}${count === 1 ? '' : 's'}`).join(' and ')}`,
    stores.length > 0 && `stores of other providers: ${named(stores.map(({ name, provider }) => `${name} (${provider})`))}`,
    ofOtherKinds.length > 0 && `generators of other kinds: ${named(ofOtherKinds.map(({ name, kind }) => `${name} (${kind})`))}`,
    externalSecrets.length > 0 && `ExternalSecrets: ${named(externalSecrets.map(({ name, why }) => `${name} (${why})`))}`,
  ]
  return told.flatMap((text) => (text === false ? [] : [{ state: 'doubt' as const, text, remedy: KEEP_ESO }]))
}

async function deliveryFindings(
  client: KubeClient,
  where: string | undefined,
  { sources, directory, signal }: Examination,
): Promise<readonly Finding[]> {
  if (where === undefined) return [{ state: 'skipped', text: 'no manifests are named that are to be delivered inline' }]
  const files = await readInput(where, directory)
  const streams = files.map(({ name, bytes }) => splitManifests(name, bytes))
  const { count, liveCount, problems } = await inlineDelivery(client, streams, sources, signal)
  if (problems.length === 0)
    return [
      { state: 'ok', text: `${count} ExternalSecrets are inline, ${liveCount} of them are in the cluster and own no Secret` },
    ]
  return problems.map(({ message, remedy }) => ({ state: 'wrong', text: message, ...(remedy !== undefined && { remedy }) }))
}

function named(names: readonly string[]): string {
  const more = names.length - MAX_NAMED
  return `${names.slice(0, MAX_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
