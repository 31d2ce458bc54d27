import { readFileSync } from 'node:fs'
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { goProgram } from '../tools/go-program.ts'
import { helmProgram } from '../tools/helm-program.ts'

/** Of the plugin in Argo CD. */
export const PLUGIN_NAME = 'argocd-external-secrets'

/** The definition that is shipped, as it is. */
export const PLUGIN_DEFINITION = readFileSync(new URL('../../../plugin.yaml', import.meta.url), 'utf8')

/** A folder with the programs that the plugin's container has on its path: our client, in `program/`, helm and kustomize. */
export async function pluginPrograms(folder: string): Promise<string> {
  const programs = path.join(folder, 'bin')
  const client = path.join(programs, 'argocd-external-secrets-client')
  await mkdir(programs)
  await writeFile(client, `#!/bin/sh\nexec '${process.execPath}' '${path.join(folder, 'program/client.js')}' "$@"\n`)
  await chmod(client, 0o755)
  await symlink(path.join(await helmProgram(), 'helm'), path.join(programs, 'helm'))
  await symlink(path.join(await goProgram('kustomize'), 'kustomize'), path.join(programs, 'kustomize'))
  return programs
}
