import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { SourceCache } from '../../../plugin/argocd/source/source-cache.ts'
import type { SourceTools } from '../../../plugin/argocd/source/source-tools.ts'
import { systemClock } from '../../../plugin/model/clock.ts'
import { goProgram } from '../tools/go-program.ts'
import { helmProgram } from '../tools/helm-program.ts'

/** The real helm, kustomize and git, as a container of the plugin would have them in its PATH. */
export interface RealTools extends Disposable {
  /** Where the tools make their homes: empty again after every run. */
  readonly temporaryFolder: string
  readonly path: string
  tools(given?: Partial<SourceTools>): SourceTools
}

export async function realTools(): Promise<RealTools> {
  const searchPath = [await helmProgram(), await goProgram('kustomize'), '/usr/bin', '/bin'].join(':')
  const temporaryFolder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'tools-')))
  return {
    temporaryFolder,
    path: searchPath,
    tools: (given = {}) => ({
      path: searchPath,
      proxies: {},
      temporaryFolder,
      clock: systemClock,
      remainingMs: () => 60_000,
      kustomizeEnableHelm: false,
      cache: undefined,
      slots: undefined,
      ...given,
    }),
    [Symbol.dispose]: () => rmSync(temporaryFolder, { recursive: true, force: true }),
  }
}

/** A cache that says how often it was of use. */
export function countingCache(): SourceCache & { hits: number; readonly keys: readonly string[] } {
  const kept = new Map<string, Uint8Array>()
  const keys: string[] = []
  return {
    hits: 0,
    keys,
    get(key) {
      const bytes = kept.get(key)
      if (bytes) this.hits += 1
      return bytes
    },
    put(key, bytes) {
      keys.push(key)
      kept.set(key, bytes)
    },
  }
}
