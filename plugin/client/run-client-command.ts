import process from 'node:process'
import type { ExpandAnswer } from '../argocd/wire/expand-exchange.ts'
import { problemReport } from '../cli/report.ts'
import { UsageError } from '../config/usage-error.ts'
import { errorPolicy } from '../model/error-policy.ts'
import { printable } from '../model/printable.ts'
import { quoteName } from '../model/quote-name.ts'
import { asSecretError } from '../model/secret-error.ts'
import { announcedParameters } from './announced-parameters.ts'
import { type ClientCall, runClient } from './run-client.ts'
import { writeAnswer } from './write-answer.ts'

/** R19 */
const USAGE_EXIT_CODE = 2
const NOTHING = new Uint8Array()

/** The commands of plugin.yaml, `generate` and `parameters`: prints an answer or one report, sets the exit code (R19). Never throws. */
export async function runClientCommand(words: readonly string[], surroundings: Omit<ClientCall, 'words'>): Promise<void> {
  const [command = '', ...rest] = words
  process.exitCode = writeAnswer(await answerTo(command, { ...surroundings, words: rest }).catch(failed))
}

async function answerTo(command: string, call: ClientCall): Promise<ExpandAnswer> {
  if (command === 'generate') return runClient(call)
  if (command === 'parameters') {
    const announced = announcedParameters(call.words[0] ?? '.', call.directory, call.environment)
    return { exitCode: 0, report: '', output: Buffer.from(announced) }
  }
  throw new UsageError(`unknown command ${quoteName(command)}`, 'the client knows generate and parameters')
}

function failed(thrown: unknown): ExpandAnswer {
  if (thrown instanceof UsageError) {
    const report = `error: ${printable(thrown.message)}\n  -> ${printable(thrown.remedy)}\n`
    return { exitCode: USAGE_EXIT_CODE, report, output: NOTHING }
  }
  const error = asSecretError(thrown)
  return { exitCode: errorPolicy[error.kind].exitCode, report: problemReport([error], 'nothing was rendered'), output: NOTHING }
}
