import type { Option } from '../config/option.ts'
import type { Command } from './command.ts'

const NAME = 'argocd-external-secrets'

/** `--help` of the program: every command with its line. */
export function programHelp(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((command) => command.usage.length))
  return [
    `${NAME}: ExternalSecrets in, final Secrets out.`,
    '',
    `usage: ${NAME} COMMAND [ARGUMENTS] [FLAGS]`,
    '',
    ...commands.map((command) => `  ${command.usage.padEnd(width)}  ${command.summary}`),
    '',
    'Examples:',
    ...commands.flatMap((command) => command.examples.slice(0, 1)).flatMap(example),
    '',
    `${NAME} COMMAND --help says more about one of them.`,
    '',
  ].join('\n')
}

/** `--help` of one command. */
export function commandHelp(command: Command): string {
  return [
    `usage: ${NAME} ${command.usage} [FLAGS]`,
    '',
    command.description,
    ...(command.options.length > 0 ? ['', 'Flags:', ...command.options.flatMap(optionLines)] : []),
    '',
    'Examples:',
    ...command.examples.flatMap(example),
    '',
  ].join('\n')
}

function optionLines(option: Option<unknown>): readonly string[] {
  const otherwise = option.value === undefined ? '' : defaultText(option.default)
  const facts = [...(otherwise === '' ? [] : [`default ${otherwise}`]), ...(option.env ? [`variable ${option.env}`] : [])]
  const head = `  --${option.name}${option.value === undefined ? '' : ` ${option.value}`}`
  return [head, `      ${option.doc}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`]
}

/** Lists are without anything by default. */
function defaultText(value: unknown): string {
  return value instanceof Map || value instanceof Set ? [...value.keys()].join(',') : String(value)
}

function example([line, what]: readonly [string, string]): readonly string[] {
  return [`  # ${what}`, `  ${line}`]
}
