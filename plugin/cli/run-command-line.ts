import process from 'node:process'
import { nearestName } from '../api/nearest-name.ts'
import { processEnvironment } from '../config/environment.ts'
import { UsageError } from '../config/usage-error.ts'
import { errorPolicy } from '../model/error-policy.ts'
import { printable } from '../model/printable.ts'
import { quoteName } from '../model/quote-name.ts'
import { asSecretError } from '../model/secret-error.ts'
import type { Command } from './command.ts'
import { generate } from './commands/generate.ts'
import { commandHelp, programHelp } from './help.ts'
import { parseCommandLine } from './parse-command-line.ts'
import { problemReport } from './report.ts'
import { OutputError, writeOutput } from './write-output.ts'

/** In the order of `--help`. A command is loaded when it is asked for; the first one is the one whose start is waited for most often. */
const COMMANDS: Readonly<Record<string, () => Command | Promise<Command>>> = {
  generate: () => generate,
  validate: async () => (await import('./commands/validate.ts')).validate,
  explain: async () => (await import('./commands/explain.ts')).explain,
  diff: async () => (await import('./commands/diff.ts')).diff,
  template: async () => (await import('./commands/template.ts')).template,
  migrate: async () => (await import('./commands/migrate.ts')).migrate,
  daemon: async () => (await import('./commands/daemon.ts')).daemon,
  refresh: async () => (await import('./commands/refresh.ts')).refresh,
  controller: async () => (await import('./commands/controller.ts')).controller,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
  version: async () => (await import('./commands/version.ts')).version,
}

/** R19 */
const USAGE_EXIT_CODE = 2

/** Runs one command line; gives the exit code (R19). Never throws. */
export async function runCommandLine(words: readonly string[]): Promise<number> {
  // Nobody listens to the report: no reason to fail, or to keep back the output.
  process.stderr.on('error', () => {})
  try {
    return await dispatch(words)
  } catch (thrown) {
    return failed(thrown)
  }
}

async function dispatch([name, ...words]: readonly string[]): Promise<number> {
  if (name === undefined || ['help', '--help', '-h'].includes(name)) {
    await writeOutput(programHelp(await Promise.all(Object.values(COMMANDS).map(async (load) => load()))))
    return name === undefined ? USAGE_EXIT_CODE : 0
  }
  const command = await commandNamed(name === '--version' ? 'version' : name)
  const parsed = parseCommandLine(command, words)
  if (parsed.flags['help']) {
    await writeOutput(commandHelp(command))
    return 0
  }
  const environment = processEnvironment()
  return command.run({ ...parsed, environment, directory: userDirectory(environment) })
}

async function commandNamed(name: string): Promise<Command> {
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (load) return load()
  const known = Object.keys(COMMANDS)
  const nearest = nearestName(name, known)
  throw new UsageError(
    `unknown command ${quoteName(name)}`,
    nearest ? `did you mean ${nearest}?` : `known are ${known.join(', ')}; see argocd-external-secrets --help`,
  )
}

/** `npm run cli` runs in the package's folder; the user's paths start where the user stands. */
function userDirectory(environment: ReadonlyMap<string, string>): string {
  const byNpm =
    environment.get('npm_lifecycle_event') === 'cli' && environment.get('npm_package_name') === 'argocd-external-secrets'
  return (byNpm ? environment.get('INIT_CWD') : undefined) ?? process.cwd()
}

function failed(thrown: unknown): number {
  if (thrown instanceof UsageError) {
    process.stderr.write(`error: ${printable(thrown.message)}\n  -> ${printable(thrown.remedy)}\n`)
    return USAGE_EXIT_CODE
  }
  if (thrown instanceof OutputError) {
    process.stderr.write(`error: ${thrown.message}\n`)
    return errorPolicy.Bug.exitCode
  }
  const error = asSecretError(thrown)
  process.stderr.write(problemReport([error], 'nothing was printed'))
  return errorPolicy[error.kind].exitCode
}
