import { readdirSync } from 'node:fs'
import type { SourceKind, SourceParameters } from './source-parameters.ts'
import type { SourceRequest } from './source-request.ts'

const KUSTOMIZATIONS: ReadonlySet<string> = new Set(['kustomization.yaml', 'kustomization.yml', 'Kustomization'])

/** What makes the manifests of the folder: the author's choice, or as Argo CD detects it itself (util/app/discovery). A kustomization wins over a chart there. */
export function sourceKind({ folder, parameters }: Pick<SourceRequest, 'folder' | 'parameters'>): SourceKind {
  return sourceKindOf(readdirSync(folder), parameters)
}

/** The same for the names of what is in the folder. */
export function sourceKindOf(names: readonly string[], { render }: Pick<SourceParameters, 'render'>): SourceKind {
  if (render !== 'auto') return render
  if (names.some((name) => KUSTOMIZATIONS.has(name))) return 'kustomize'
  return names.includes('Chart.yaml') ? 'helm' : 'directory'
}
