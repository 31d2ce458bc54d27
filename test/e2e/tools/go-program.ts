import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { cached, digestOf } from './cache-folder.ts'
import { goToolchain, toolchainIdentity } from './go-toolchain.ts'
import { type Say, sayOnStderr } from './python-environment.ts'

interface GoProgram {
  /** Folder of `binaries/` whose go.mod and go.sum lock it. */
  readonly lock: string
  readonly package: string
  /** Build tags. */
  readonly tags?: readonly string[]
  /** Go names of strings that the linker sets. */
  readonly variables?: Readonly<Record<string, string>>
  /** Files and folders of its module that are wanted beside it. */
  readonly files?: { readonly module: string; readonly paths: readonly string[] }
}

/** Without them `/version` of the API server is unusable. */
const KUBERNETES_VERSION = {
  'k8s.io/component-base/version.gitVersion': 'v1.36.3',
  'k8s.io/component-base/version.gitMajor': '1',
  'k8s.io/component-base/version.gitMinor': '36',
}

const PROGRAMS = {
  etcd: { lock: 'etcd', package: 'go.etcd.io/etcd/server/v3' },
  'kube-apiserver': { lock: 'kubernetes', package: 'k8s.io/kubernetes/cmd/kube-apiserver', variables: KUBERNETES_VERSION },
  'kube-controller-manager': {
    lock: 'kubernetes',
    package: 'k8s.io/kubernetes/cmd/kube-controller-manager',
    variables: KUBERNETES_VERSION,
  },
  argocd: {
    lock: 'argocd',
    package: 'github.com/argoproj/argo-cd/v3/cmd',
    files: { module: 'github.com/argoproj/argo-cd/v3', paths: ['manifests/crds', 'hack/git-verify-wrapper.sh'] },
  },
  kustomize: { lock: 'kustomize', package: 'sigs.k8s.io/kustomize/kustomize/v5' },
  // Without what finds the targets of a Prometheus in all the clouds.
  promtool: { lock: 'prometheus', package: 'github.com/prometheus/prometheus/cmd/promtool', tags: ['remove_all_sd'] },
} satisfies Readonly<Record<string, GoProgram>>

export type GoProgramName = keyof typeof PROGRAMS

const BINARIES = new URL('../binaries/', import.meta.url).pathname

/**
 * The folder with the program `name` and the files of its module that are wanted with it. Built from source at the first call (up to some
 * minutes), kept in the cache folder under a name that its lock gives; an interrupted build starts again where Go's own cache has it.
 */
export async function goProgram(name: GoProgramName, say: Say = sayOnStderr): Promise<string> {
  const program: GoProgram = PROGRAMS[name]
  const folder = path.join(BINARIES, program.lock)
  const locks = ['go.mod', 'go.sum'].map((file) => readFileSync(path.join(folder, file)))
  const key = digestOf(...locks, JSON.stringify(program), toolchainIdentity())
  return await cached(`e2e-${name}-${key}`, async (unfinished) => {
    const go = await goToolchain(say)
    say(`building ${name} (once, minutes)`)
    const started = performance.now()
    const variables = Object.entries(program.variables ?? {}).map(([variable, value]) => `-X ${variable}=${value}`)
    const tags = program.tags === undefined ? [] : ['-tags', program.tags.join(',')]
    const flags = ['-buildvcs=false', ...tags, '-ldflags', ['-s', '-w', ...variables].join(' ')]
    run(go, ['build', ...flags, '-o', path.join(unfinished, name), program.package], folder)
    if (program.files !== undefined) copyFiles(go, folder, program.files, unfinished)
    say(`built ${name} in ${Math.round((performance.now() - started) / 1000)} s`)
  })
}

function copyFiles(go: string, folder: string, { module, paths }: NonNullable<GoProgram['files']>, to: string): void {
  const source = run(go, ['list', '-m', '-f', '{{.Dir}}', module], folder).trim()
  for (const name of paths) {
    mkdirSync(path.join(to, path.dirname(name)), { recursive: true })
    cpSync(path.join(source, name), path.join(to, name), { recursive: true })
    // Modules are kept without the right to execute.
    if (name.endsWith('.sh')) chmodSync(path.join(to, name), 0o755)
  }
}

/** Nothing of the user's Go settings changes what is built. */
const GO_ENVIRONMENT = { CGO_ENABLED: '0', GOFLAGS: '', GOTOOLCHAIN: 'local', GOWORK: 'off' }

function run(go: string, words: readonly string[], directory: string): string {
  const { status, error, stdout } = spawnSync(go, words, {
    cwd: directory,
    env: { ...process.env, ...GO_ENVIRONMENT },
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  })
  if (status === 0) return stdout
  throw new Error(`go ${words[0]} failed in ${directory}: is a Go module proxy reachable? (${error?.message ?? status})`)
}
