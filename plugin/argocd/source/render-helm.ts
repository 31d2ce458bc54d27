import { readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { quoteName } from '../../model/quote-name.ts'
import { SecretError } from '../../model/secret-error.ts'
import { MAX_REQUEST_BYTES, type ManifestFile } from '../wire/expand-exchange.ts'
import { helmArguments } from './helm-arguments.ts'
import { helmRepositories } from './helm-repositories.ts'
import { insideRoot, refuseLinksOut } from './inside-root.ts'
import { runTool, type ToolResult, type ToolRun } from './run-tool.ts'
import { sourceDigest } from './source-digest.ts'
import type { SourceRequest } from './source-request.ts'
import type { SourceTools } from './source-tools.ts'
import { toolFailure } from './tool-failure.ts'
import { type ToolHome, withToolHome } from './tool-home.ts'

/** How the output is called in the places of a report. */
const NAME = 'helm template'
/** What helm says of a dependency that is not in `charts/`; Argo CD looks for the same words (util/helm, IsMissingDependencyErr). */
const MISSING_DEPENDENCY = /found in (?:requirements\.yaml, but missing in charts|Chart\.yaml, but missing in charts\/ directory)/
/** A dependency in another folder of the repository: more than the chart's own folder decides then. */
const LOCAL_DEPENDENCY = /\bfile:/

/**
 * `helm template` with Argo CD's own conventions (reposerver/repository, helmTemplate). Dependencies are built only where helm misses one.
 * What was fetched without a lock is not kept: the next run might get something else. Throws as `renderSource`.
 */
export async function renderHelm(request: SourceRequest, tools: SourceTools): Promise<readonly ManifestFile[]> {
  refuseLinksOut(request.folder, request.root)
  const valueFiles = resolvedValueFiles(request)
  const scope = hasLocalDependency(request) ? request.root : request.folder
  const key = tools.cache && (await sourceDigest('helm', { request, tools, scope, files: valueFiles }))
  const kept = key === undefined ? undefined : tools.cache?.get(key)
  if (kept) return [{ name: NAME, bytes: kept }]
  const { output, repeatable } = await withToolHome(tools, (home) => templated(request, tools, home, valueFiles))
  if (key !== undefined && repeatable) tools.cache?.put(key, output)
  return [{ name: NAME, bytes: output }]
}

interface Templated {
  readonly output: Uint8Array
  readonly repeatable: boolean
}

async function templated(
  request: SourceRequest,
  tools: SourceTools,
  home: ToolHome,
  valueFiles: readonly string[],
): Promise<Templated> {
  const { values } = request.parameters.helm
  const ownValues = values === '' ? [] : [home.addFile('values.yaml', values)]
  const words = helmArguments(request, [...valueFiles, ...ownValues])
  const helm = (title: string, given: readonly string[], more: Partial<ToolRun> = {}): Promise<ToolResult> =>
    runTool({
      program: 'helm',
      title,
      arguments: given,
      directory: request.folder,
      environment: home.environment,
      timeoutMs: tools.remainingMs(),
      maxOutputBytes: MAX_REQUEST_BYTES,
      shownAs: [
        [request.root, '.'],
        [home.folder, '<temporary>'],
      ],
      ...more,
    })
  const first = await helm(NAME, words)
  if (first.exitCode === 0) return { output: first.output, repeatable: true }
  if (!MISSING_DEPENDENCY.test(first.said)) throw toolFailure(NAME, first)
  const lock = textOf(path.join(request.folder, 'Chart.lock'))
  const repositories = home.addFile('repositories.yaml', helmRepositories(request.folder))
  const built = await helm('helm dependency build', ['dependency', 'build', '.'], {
    environment: { ...home.environment, HELM_REPOSITORY_CONFIG: repositories },
    saysOnOutput: true,
  })
  // Helm writes one, of what it found today. The checkout stays as it came.
  if (lock === undefined) rmSync(path.join(request.folder, 'Chart.lock'), { force: true })
  if (built.exitCode !== 0) throw toolFailure('helm dependency build', built)
  const second = await helm(NAME, words)
  if (second.exitCode !== 0) throw toolFailure(NAME, second)
  return { output: second.output, repeatable: lock !== undefined }
}

/** Absolute, through symbolic links, inside the repository; an absolute one starts at its root, as in Argo CD. */
function resolvedValueFiles({ folder, root, parameters }: SourceRequest): readonly string[] {
  const { valueFiles, ignoreMissingValueFiles } = parameters.helm
  return valueFiles.flatMap((name) => {
    if (/^[a-z][a-z0-9+.-]*:/i.test(name)) throw valueFileError(name, 'is a URL', 'keep values in the repository')
    const file = name.startsWith('/') ? path.join(root, name) : path.join(folder, name)
    const real = insideRoot(file, root, name)
    if (real !== undefined) return [real]
    if (ignoreMissingValueFiles) return []
    throw valueFileError(
      name,
      'is not there',
      'name a file from the folder of the chart, or with a leading / from the root of the repository',
    )
  })
}

function hasLocalDependency({ folder }: SourceRequest): boolean {
  return ['Chart.yaml', 'requirements.yaml'].some((name) => LOCAL_DEPENDENCY.test(textOf(path.join(folder, name)) ?? ''))
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function valueFileError(name: string, what: string, remedy: string): SecretError {
  return new SecretError('InvalidSpec', `plugin parameters: the value file ${quoteName(name)} ${what}`, { remedy })
}
