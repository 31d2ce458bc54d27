import { SecretError } from '../../model/secret-error.ts'
import { flagParameter, listParameter, mapParameter, type PluginParameters, textParameter } from '../request/plugin-parameters.ts'

/** How the manifests of a folder are made: what of the parameters the tools need. */
export interface SourceParameters {
  readonly render: 'auto' | SourceKind
  readonly helm: HelmParameters
  readonly kustomize: KustomizeParameters
  readonly directory: DirectoryParameters
}

export type SourceKind = 'helm' | 'kustomize' | 'directory'

export interface HelmParameters {
  readonly releaseName: string | undefined
  readonly values: string
  readonly valueFiles: readonly string[]
  readonly ignoreMissingValueFiles: boolean
  readonly parameters: Readonly<Record<string, string>>
  readonly stringParameters: Readonly<Record<string, string>>
  readonly skipCrds: boolean
  readonly skipTests: boolean
  readonly skipSchemaValidation: boolean
}

export interface KustomizeParameters {
  readonly namePrefix: string
  readonly nameSuffix: string
  readonly namespace: string
  readonly images: readonly string[]
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

export interface DirectoryParameters {
  readonly recurse: boolean
  /** Globs as Argo CD's directory source takes them; empty for none. */
  readonly include: string
  readonly exclude: string
}

/** Picks out of the author's words what source rendering needs, without a schema library. Throws SecretError InvalidSpec for a wrong shape. */
export function sourceParameters(given: PluginParameters): SourceParameters {
  const text = (name: string): string => textParameter(given, name) ?? ''
  return {
    render: renderOf(text('render') || 'auto'),
    helm: {
      releaseName: text('helm-release-name') || undefined,
      values: text('helm-values'),
      valueFiles: listParameter(given, 'helm-value-files') ?? [],
      ignoreMissingValueFiles: flagParameter(given, 'helm-ignore-missing-value-files'),
      parameters: mapParameter(given, 'helm-parameters') ?? {},
      stringParameters: mapParameter(given, 'helm-string-parameters') ?? {},
      skipCrds: flagParameter(given, 'helm-skip-crds'),
      skipTests: flagParameter(given, 'helm-skip-tests'),
      skipSchemaValidation: flagParameter(given, 'helm-skip-schema-validation'),
    },
    kustomize: {
      namePrefix: text('kustomize-name-prefix'),
      nameSuffix: text('kustomize-name-suffix'),
      namespace: text('kustomize-namespace'),
      images: listParameter(given, 'kustomize-images') ?? [],
      labels: mapParameter(given, 'kustomize-labels') ?? {},
      annotations: mapParameter(given, 'kustomize-annotations') ?? {},
    },
    directory: {
      recurse: flagParameter(given, 'directory-recurse'),
      include: text('directory-include'),
      exclude: text('directory-exclude'),
    },
  }
}

function renderOf(value: string): SourceParameters['render'] {
  if (value === 'auto' || value === 'helm' || value === 'kustomize' || value === 'directory') return value
  throw new SecretError('InvalidSpec', 'plugin parameters: "render" is auto, helm, kustomize or directory')
}
