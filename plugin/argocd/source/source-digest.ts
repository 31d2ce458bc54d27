import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import path from 'node:path'
import { installed } from './run-tool.ts'
import type { SourceRequest } from './source-request.ts'
import type { SourceTools } from './source-tools.ts'

export interface DigestInput {
  readonly request: SourceRequest
  readonly tools: SourceTools
  /** The folder whose whole content may decide. */
  readonly scope: string
  /** Further files that decide, in this order. */
  readonly files: readonly string[]
}

/** Larger trees are not digested: reading them would take longer than the tool does. */
const MAX_FILES = 20_000
const MAX_BYTES = 256 * 1024 * 1024

const KUSTOMIZATION = /^(?:kustomization\.ya?ml|Kustomization)$/
/** What a kustomization says where it takes something from elsewhere: a URL, a Git base in one of its spellings, a chart. Too many is only slower. */
const FROM_ELSEWHERE =
  /\/\/|::|\.git\b|_git\/|github\.com|\bref=|[\w.-]+@(?!sha\d+:)[\w.-]+:|helmCharts|helmChartInflationGenerator/

/**
 * A digest of all that a tool's output depends on: the tree, the options, the request and the tool. `undefined` when it may depend on more (remote
 * bases of kustomize), when a file cannot be read, or when the tree is too large. Throws SecretError Unavailable when the tool is not installed.
 */
export async function sourceDigest(program: 'helm' | 'kustomize', input: DigestInput): Promise<string | undefined> {
  const { createHash } = await import('node:crypto')
  const hash = createHash('sha256')
  const add = (...parts: readonly (string | Uint8Array)[]): void => {
    for (const part of parts) hash.update(`${part.length}:`).update(part)
  }
  const { request, tools, scope, files } = input
  const { size, mtimeMs } = statSync(installed(program, tools.path))
  const { application, namespace, kubeVersion, apiVersions, parameters, folder } = request
  add(program, `${size}`, `${mtimeMs}`, `${tools.kustomizeEnableHelm}`, path.relative(scope, folder))
  add(JSON.stringify([application, namespace, kubeVersion, apiVersions, parameters[program]]))
  try {
    for (const file of files) add(readFileSync(file))
    return addTree(scope, program, add) ? hash.digest('hex') : undefined
  } catch {
    return undefined
  }
}

function addTree(scope: string, program: string, add: (...parts: readonly (string | Uint8Array)[]) => void): boolean {
  let count = 0
  let size = 0
  for (const name of namesBelow(scope, '')) {
    const file = path.join(scope, name)
    const facts = lstatSync(file)
    count += 1
    size += facts.size
    if (count > MAX_FILES || size > MAX_BYTES) return false
    if (facts.isSymbolicLink()) add(name, 'link', readlinkSync(file))
    else if (facts.isFile()) {
      const content = readFileSync(file)
      if (program === 'kustomize' && KUSTOMIZATION.test(path.basename(name)) && FROM_ELSEWHERE.test(content.toString()))
        return false
      add(name, 'file', content)
    }
  }
  return true
}

function* namesBelow(scope: string, relative: string): Iterable<string> {
  const entries = readdirSync(path.join(scope, relative), { withFileTypes: true })
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = path.join(relative, entry.name)
    if (!entry.isDirectory()) yield name
    else if (entry.name !== '.git') yield* namesBelow(scope, name)
  }
}
