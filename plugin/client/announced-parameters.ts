import { realpathSync } from 'node:fs'
import path from 'node:path'
import { readPluginParameters } from '../argocd/request/plugin-parameters.ts'
import { sourceKind } from '../argocd/source/source-kind.ts'
import { sourceParameters } from '../argocd/source/source-parameters.ts'
import announcements from './source-announcements.json' with { type: 'json' }

/**
 * What Argo CD shows beside the parameters of plugin.yaml for the folder: those of helm for a chart, of kustomize for a kustomization, else of a
 * directory. JSON, one list, as `GetParametersAnnouncement` reads it (argocd.md 1.1). Throws SecretError, and an error of the system without a folder.
 */
export function announcedParameters(where: string, directory: string, environment: ReadonlyMap<string, string>): string {
  const folder = realpathSync.native(path.resolve(directory, where))
  const parameters = sourceParameters(readPluginParameters(environment))
  return `${JSON.stringify(announcements[sourceKind({ folder, parameters })])}\n`
}
