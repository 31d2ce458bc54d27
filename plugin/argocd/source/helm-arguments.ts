import { SecretError } from '../../model/secret-error.ts'
import type { SourceRequest } from './source-request.ts'

/** The words behind `helm` that Argo CD itself would use (util/helm, template): every value is the word after its option, so that none is read as one. */
export function helmArguments(request: SourceRequest, valueFiles: readonly string[]): readonly string[] {
  const { application, namespace, kubeVersion, apiVersions, parameters } = request
  const { helm } = parameters
  return [
    'template',
    '.',
    '--name-template',
    helm.releaseName ?? application,
    '--namespace',
    namespace,
    ...(kubeVersion === '' ? [] : ['--kube-version', kubeVersion]),
    ...Object.entries(helm.parameters).flatMap(([name, value]) => ['--set', assignment(name, value)]),
    ...Object.entries(helm.stringParameters).flatMap(([name, value]) => ['--set-string', assignment(name, value)]),
    ...valueFiles.flatMap((file) => ['--values', file]),
    ...apiVersions.flatMap((version) => ['--api-versions', version]),
    ...(helm.skipCrds ? [] : ['--include-crds']),
    ...(helm.skipSchemaValidation ? ['--skip-schema-validation'] : []),
    ...(helm.skipTests ? ['--skip-tests'] : []),
  ]
}

/** A comma would begin the next assignment; `{a,b}` is how helm spells a list (Argo CD escapes the same way, cleanSetParameters). */
function assignment(name: string, value: string): string {
  if (name === '' || /[=,]/.test(name)) {
    throw new SecretError('InvalidSpec', 'plugin parameters: a name in helm-parameters is empty or has = or , in it')
  }
  const isList = value.startsWith('{') && value.endsWith('}')
  return `${name}=${isList ? value : value.replaceAll(/(?<!\\),/g, String.raw`\,`)}`
}
