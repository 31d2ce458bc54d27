import { type GoProgramName, goProgram } from '../tools/go-program.ts'

const BUILT: readonly GoProgramName[] = ['etcd', 'kube-apiserver', 'kube-controller-manager']

/** Sees that a control plane of Kubernetes is there; the first time on a machine it is built, one program after the other. */
export async function kubePrograms(): Promise<void> {
  for (const name of BUILT) await goProgram(name)
}
