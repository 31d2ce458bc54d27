import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseAllDocuments, stringify } from 'yaml'
import type { KubeObject } from '../servers/kube-object.ts'
import { goProgram } from '../tools/go-program.ts'

const INSTALL = new URL('../../../manifests/install/', import.meta.url).pathname

/** What the real kustomize makes of a folder of `manifests/install`. */
export async function builtInstall(folder: string): Promise<readonly KubeObject[]> {
  return await build(path.join(INSTALL, folder))
}

/** An overlay as a user writes one: `resources` and `components` are folders of `manifests/install`, `files` stand beside them. */
export interface Overlay {
  readonly resources?: readonly string[]
  readonly components?: readonly string[]
  readonly namespace?: string
  readonly files?: Readonly<Record<string, object>>
}

export async function builtOverlay({
  resources = [],
  components = [],
  files = {},
  ...rest
}: Overlay): Promise<readonly KubeObject[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'overlay-'))
  const relative = (name: string): string => path.relative(folder, path.join(INSTALL, name))
  try {
    for (const [name, object] of Object.entries(files)) writeFileSync(path.join(folder, name), stringify(object))
    const kustomization = {
      ...rest,
      resources: [...resources.map(relative), ...Object.keys(files)],
      components: components.map(relative),
    }
    writeFileSync(path.join(folder, 'kustomization.yaml'), stringify(kustomization))
    return await build(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function build(folder: string): Promise<readonly KubeObject[]> {
  const program = path.join(await goProgram('kustomize'), 'kustomize')
  const { status, stdout, stderr } = spawnSync(program, ['build', folder], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`kustomize build ${folder}: ${stderr}`)
  return parseAllDocuments(stdout).map((document): KubeObject => document.toJS())
}
