import type { FieldPath } from '../../model/field-path.ts'
import { type KubernetesConfig, serverOf } from './config-schema.ts'
import { serverUrl } from './server-url.ts'

export interface ConfigProblem {
  /** Within `spec.provider.kubernetes`. */
  readonly path: FieldPath
  readonly message: string
}

/** What no schema of single fields can say (external-secrets.md 7.5): a configuration with a problem can never work. */
export function checkKubernetesConfig(config: KubernetesConfig): readonly ConfigProblem[] {
  const { auth, authRef } = config
  const methods = Object.entries(auth ?? {}).flatMap(([method, fields]) => (fields ? [method] : []))
  return [
    ...problem(
      !authRef && !serverUrl(serverOf(config).url),
      ['server', 'url'],
      'must be a URL like https://kubernetes.example.com:6443',
    ),
    ...problem(Boolean(auth && authRef), ['authRef'], 'authRef and inline auth cannot both be set'),
    ...problem(!authRef && methods.length === 0, ['auth'], 'no auth provider given: name cert, token or serviceAccount'),
    ...problem(methods.length > 1, ['auth'], `multiple auth methods provided: ${methods.join(', ')}`),
  ]
}

function problem(isProblem: boolean, path: FieldPath, message: string): readonly ConfigProblem[] {
  return isProblem ? [{ path, message }] : []
}
