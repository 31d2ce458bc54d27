import path from 'node:path'
import { SecretError } from '../../model/secret-error.ts'
import { MAX_REQUEST_BYTES, type ManifestFile } from '../wire/expand-exchange.ts'
import { guardedGit, guardedHelm } from './guarded-programs.ts'
import { kustomizeOverlay } from './kustomize-overlay.ts'
import { installed, runTool } from './run-tool.ts'
import { sourceDigest } from './source-digest.ts'
import type { SourceRequest } from './source-request.ts'
import type { SourceTools } from './source-tools.ts'
import { toolFailure } from './tool-failure.ts'
import { type ToolHome, withToolHome } from './tool-home.ts'

/** How the output is called in the places of a report. */
const NAME = 'kustomize build'

/**
 * `kustomize build`: files only from the root of each kustomization and its bases, no plugins of any kind, charts only where the administrator allows
 * it, Git bases by https alone. What may come from elsewhere is not kept. Throws as `renderSource`.
 */
export async function renderKustomize(request: SourceRequest, tools: SourceTools): Promise<readonly ManifestFile[]> {
  const key = tools.cache && (await sourceDigest('kustomize', { request, tools, scope: request.root, files: [] }))
  const kept = key === undefined ? undefined : tools.cache?.get(key)
  if (kept) return [{ name: NAME, bytes: kept }]
  const output = await withToolHome(tools, (home) => built(request, tools, home))
  if (key !== undefined) tools.cache?.put(key, output)
  return [{ name: NAME, bytes: output }]
}

async function built(request: SourceRequest, tools: SourceTools, home: ToolHome): Promise<Uint8Array> {
  addGuards(tools, home)
  const overlay = kustomizeOverlay(request, home.folder)
  if (overlay !== undefined) home.addFile('kustomization.yaml', overlay)
  const result = await runTool({
    program: 'kustomize',
    title: NAME,
    arguments: [
      'build',
      '--load-restrictor',
      'LoadRestrictionsRootOnly',
      ...helmOptions(tools, home),
      overlay === undefined ? '.' : home.folder,
    ],
    directory: request.folder,
    environment: home.environment,
    timeoutMs: tools.remainingMs(),
    maxOutputBytes: MAX_REQUEST_BYTES,
    shownAs: [
      [request.root, '.'],
      [home.folder, '<temporary>'],
    ],
  })
  if (result.exitCode === 0) return result.output
  throw toolFailure(NAME, result)
}

function helmOptions({ kustomizeEnableHelm }: SourceTools, home: ToolHome): readonly string[] {
  return kustomizeEnableHelm ? ['--enable-helm', '--helm-command', path.join(home.folder, 'bin', 'helm')] : []
}

/** Without git in the container there are no remote bases, and nothing to guard. */
function addGuards(tools: SourceTools, home: ToolHome): void {
  try {
    home.addProgram('git', guardedGit(installed('git', tools.path)))
  } catch (thrown) {
    if (!(thrown instanceof SecretError)) throw thrown
  }
  if (!tools.kustomizeEnableHelm) return
  const homes = Object.entries(home.environment).filter(([name]) => name.startsWith('HELM_'))
  home.addProgram('helm', guardedHelm(installed('helm', tools.path), Object.fromEntries(homes)))
}
