import { parseArgs } from 'node:util'
import type { Option } from '../config/option.ts'
import { UsageError } from '../config/usage-error.ts'
import { quoteName } from '../model/quote-name.ts'
import type { Command } from './command.ts'

export interface ParsedCommandLine {
  readonly arguments: readonly string[]
  readonly flags: Readonly<Record<string, string | boolean | undefined>>
}

/** Splits the words after the command's name into arguments and flags. Throws UsageError for what the command does not know. */
export function parseCommandLine(command: Command, words: readonly string[]): ParsedCommandLine {
  const { positionals, values } = parsed(command, words)
  const surplus = positionals[command.maxArguments]
  if (surplus !== undefined) throw new UsageError(`unexpected argument ${quoteName(surplus)}`, seeHelp(command))
  const flags = Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string | boolean] => !Array.isArray(entry[1])),
  )
  return { arguments: positionals, flags }
}

function parsed(command: Command, words: readonly string[]): ReturnType<typeof parseArgs> {
  const options = Object.fromEntries(command.options.map((option) => [option.name, { type: flagType(option) }]))
  try {
    return parseArgs({
      args: [...words],
      options: { ...options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
      strict: true,
    })
  } catch (thrown) {
    throw new UsageError(
      thrown instanceof Error ? (thrown.message.split(/\. |\.?\n/)[0] ?? '') : 'cannot read the arguments',
      seeHelp(command),
    )
  }
}

function flagType(option: Option<unknown>): 'string' | 'boolean' {
  return option.value === undefined ? 'boolean' : 'string'
}

function seeHelp(command: Command): string {
  return `see argocd-external-secrets ${command.name} --help`
}
