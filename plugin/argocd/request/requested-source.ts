import { sourceParameters } from '../source/source-parameters.ts'
import type { SourceRequest } from '../source/source-request.ts'
import { applicationName } from './application-name.ts'
import { readPluginParameters } from './plugin-parameters.ts'

/** Which source the variables of a request ask for, in a checkout that is on disk. Throws SecretError InvalidSpec for parameters that cannot be read. */
export function requestedSource(
  environment: ReadonlyMap<string, string>,
  place: Pick<SourceRequest, 'folder' | 'root'>,
): SourceRequest {
  return {
    ...place,
    application: applicationName(environment.get('ARGOCD_APP_NAME') ?? ''),
    namespace: environment.get('ARGOCD_APP_NAMESPACE') ?? '',
    kubeVersion: environment.get('KUBE_VERSION') ?? '',
    apiVersions: (environment.get('KUBE_API_VERSIONS') ?? '').split(',').filter((version) => version !== ''),
    parameters: sourceParameters(readPluginParameters(environment)),
  }
}
