import * as options from '../../config/controller-options.ts'
import { type OptionSources, setting } from '../../config/settings.ts'
import type { ExternalSecretsSettings } from '../../controller/external-secrets/external-secrets-ports.ts'

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
    allowsGenericTargets: setting(options.genericTargets, sources),
    statusEveryRefresh: setting(options.statusEveryRefresh, sources),
  }
}
