import type { Option } from '../config/option.ts'

/** One command of the program: help, parsing and the composition of its parts come from this record. */
export interface Command {
  readonly name: string
  /** One line. */
  readonly summary: string
  /** `generate [PATH|-]`. */
  readonly usage: string
  /** What `--help` says between usage and options. */
  readonly description: string
  readonly options: readonly Option<unknown>[]
  /** A command line and what it does. */
  readonly examples: readonly (readonly [string, string])[]
  /** How many words it takes beside flags. */
  readonly maxArguments: number
  /** Gives the exit code (R19). Throws UsageError. */
  run(call: CommandCall): Promise<number>
}

/** One call of a command, with everything it may touch. */
export interface CommandCall {
  readonly arguments: readonly string[]
  readonly flags: Readonly<Record<string, string | boolean | undefined>>
  readonly environment: ReadonlyMap<string, string>
  /** Where the user stands; relative paths start here. */
  readonly directory: string
}
