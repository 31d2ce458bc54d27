import { spawnSync } from 'node:child_process'
import { type GoProgramName, goProgram } from '../tools/go-program.ts'
import { helmProgram } from '../tools/helm-program.ts'

const BUILT: readonly GoProgramName[] = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'argocd']

/** Of Debian's packages redis-server, git and gpg; Argo CD calls the last two. */
const OF_THE_HOST = ['redis-server', 'redis-cli', 'git', 'gpg']

/**
 * Sees that every program is there that the suite `argocd` starts. The first time on a machine it builds them, one after the other, for some
 * quarter of an hour on two cores. Throws with the remedy when one cannot be had.
 */
export async function argoPrograms(): Promise<void> {
  const missing = OF_THE_HOST.filter((program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).error !== undefined)
  if (missing.length > 0) {
    throw new Error(`the suite argocd needs ${missing.join(', ')}: on Debian \`apt-get install redis-server git gpg\``)
  }
  await sourcePrograms()
  for (const name of BUILT) await goProgram(name)
}

/** What our plugin calls. */
export async function sourcePrograms(): Promise<void> {
  await helmProgram()
  await goProgram('kustomize')
}
