import type { ManifestFile } from '../wire/expand-exchange.ts'
import { readDirectory } from './read-directory.ts'
import { renderHelm } from './render-helm.ts'
import { renderKustomize } from './render-kustomize.ts'
import { sourceKind } from './source-kind.ts'
import type { SourceRequest } from './source-request.ts'
import type { SourceTools } from './source-tools.ts'

/**
 * The manifests of an application's folder, before anything of ours is expanded, in the shape that the command line reads them.
 * Throws SecretError: InvalidSpec for what the author wrote or a tool refused, Deadline when the time is over.
 */
export async function renderSource(request: SourceRequest, tools: SourceTools): Promise<readonly ManifestFile[]> {
  switch (sourceKind(request)) {
    case 'helm':
      return renderHelm(request, tools)
    case 'kustomize':
      return renderKustomize(request, tools)
    default:
      return readDirectory(request, request.parameters.directory)
  }
}
