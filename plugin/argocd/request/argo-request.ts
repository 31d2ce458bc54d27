import { namespace as namespaceOption } from '../../config/options.ts'
import { SecretError } from '../../model/secret-error.ts'
import { type AuthorParameters, authorParameters } from './author-parameters.ts'

/** Who asks for a render inside Argo CD, and for what (R2): set by Argo CD itself, but for `parameters`. */
export interface ArgoRequest {
  /** The AppProject. */
  readonly project: string
  /** The destination namespace, not the Application's. */
  readonly namespace: string
  /** `name`, or `namespace_name` for an Application outside Argo CD's own namespace (`application-name.ts`). */
  readonly application: string
  /** A commit, the version of a chart, or `streamed`. */
  readonly revision: string
  readonly repoUrl: string
  /** The folder in the repository. */
  readonly path: string
  readonly targetRevision: string
  /** Of the destination cluster, `X.Y.Z`; empty where it is unknown. */
  readonly kubeVersion: string
  readonly apiVersions: readonly string[]
  /** The Git author's word: may choose or narrow, never widen. */
  readonly parameters: AuthorParameters
  readonly guard: RenderGuard
}

/**
 * Why no value may leave with this render (R12). `streamed`: files that a reader of the application uploaded (argocd.md 4.6).
 * `hydrator`: the output is committed to Git (argocd.md 4.7).
 */
export type RenderGuard = 'none' | 'streamed' | 'hydrator'

/**
 * The request that the variables of one `generate` describe (argocd.md 1.4). Pure.
 * Throws SecretError AccessDenied without a project, InvalidSpec without a destination namespace or with a parameter that is not allowed.
 */
export function argoRequest(environment: ReadonlyMap<string, string>): ArgoRequest {
  const variable = (name: string): string => environment.get(name) ?? ''
  return {
    project: projectOf(variable('ARGOCD_APP_PROJECT_NAME')),
    namespace: destinationOf(variable('ARGOCD_APP_NAMESPACE')),
    application: applicationOf(variable('ARGOCD_APP_NAME')),
    revision: variable('ARGOCD_APP_REVISION'),
    repoUrl: variable('ARGOCD_APP_SOURCE_REPO_URL'),
    path: variable('ARGOCD_APP_SOURCE_PATH'),
    targetRevision: variable('ARGOCD_APP_SOURCE_TARGET_REVISION'),
    kubeVersion: variable('KUBE_VERSION'),
    apiVersions: variable('KUBE_API_VERSIONS')
      .split(',')
      .filter((version) => version !== ''),
    parameters: authorParameters(environment),
    guard: renderGuard(environment),
  }
}

/** Streamed first: it also forbids the report, and nothing streamed is ever committed. */
export function renderGuard(environment: ReadonlyMap<string, string>): RenderGuard {
  if (environment.get('ARGOCD_APP_REVISION') === 'streamed') return 'streamed'
  return (environment.get('KUBE_VERSION') ?? '') === '' ? 'hydrator' : 'none'
}

function projectOf(project: string): string {
  if (project !== '') return project
  throw new SecretError('AccessDenied', 'Argo CD did not say for which project it renders (ARGOCD_APP_PROJECT_NAME is missing)', {
    remedy: 'upgrade to Argo CD 3.0 or later: earlier ones do not tell a plugin the project',
  })
}

function destinationOf(namespace: string): string {
  if (namespaceOption.schema.safeParse(namespace).success) return namespace
  const what = namespace === '' ? 'the application has no destination namespace' : 'the destination namespace is not a name'
  throw new SecretError('InvalidSpec', `${what} (ARGOCD_APP_NAMESPACE)`, {
    remedy: 'set spec.destination.namespace of the Application: what it may read depends on it',
  })
}

function applicationOf(name: string): string {
  if (name !== '') return name
  throw new SecretError('InvalidSpec', 'Argo CD did not say for which application it renders (ARGOCD_APP_NAME is missing)', {
    remedy: 'run it as a plugin of Argo CD',
  })
}
