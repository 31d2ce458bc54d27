import * as options from '../../config/controller-options.ts'
import { callTimeout } from '../../config/options.ts'
import { type OptionSources, setting } from '../../config/settings.ts'
import type { ExternalSecretsSettings } from '../../controller/external-secrets/external-secrets-ports.ts'

/** A login and a question, each with the time of a call: a store that swallows what it is sent must not hold up others for all attempts at both. */
const CALLS_OF_A_LOOK = 2
/** Where calls get little time, failures of a moment are still tried again. */
const SHORTEST_LOOK_MS = 20_000

/** What the options say of the controller's work. */
export function externalSecretsSettings(sources: OptionSources): ExternalSecretsSettings {
  const namespace = setting(options.watchNamespace, sources)
  return {
    ...(namespace !== '' && { namespace }),
    controllerClass: setting(options.controllerClass, sources),
    floodGate: setting(options.floodGate, sources) === 'on',
    // What is cluster-wide needs rights for the cluster.
    reconcilesClusterStores: namespace === '' && setting(options.clusterStores, sources) === 'on',
    concurrent: setting(options.concurrent, sources),
    storeRequeueMs: setting(options.storeRequeueInterval, sources),
    storeLookMs: Math.max(SHORTEST_LOOK_MS, CALLS_OF_A_LOOK * setting(callTimeout, sources)),
    allowsGenericTargets: setting(options.genericTargets, sources),
    statusEveryRefresh: setting(options.statusEveryRefresh, sources),
  }
}
