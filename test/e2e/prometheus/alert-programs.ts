import { goProgram } from '../tools/go-program.ts'

/** Sees that promtool and kustomize are there; the first time on a machine they are built. */
export async function alertPrograms(): Promise<void> {
  await goProgram('kustomize')
  await goProgram('promtool')
}
