import { UsageError } from '../config/usage-error.ts'
import { quoteName } from '../model/quote-name.ts'

/** What the administrator set for the client: flags, else variables, else defaults. The same options as in `config/`, read without their schemas. */
export interface ClientSettings {
  /** A folder, a file, or `-`. */
  readonly where: string
  readonly socket: string
  /** Of the whole render, in milliseconds; an author may lower it. */
  readonly timeoutMs: number
  /** Empty for none. */
  readonly sourceCache: string
  readonly kustomizeEnableHelm: boolean
  readonly sourcePlainHttp: boolean
  /** How many tools may run at once in this container; 0 for as many as there are processors. */
  readonly sourceConcurrency: number
}

export const DEFAULT_SOCKET = '/var/run/argocd-external-secrets/daemon.sock'
export const DEFAULT_TIMEOUT_MS = 50_000
const MIN_TIMEOUT_MS = 100
const MAX_TIMEOUT_MS = 90_000
const MAX_CONCURRENCY = 256

const SWITCHES = ['kustomize-enable-helm', 'source-plain-http'] as const
const FLAGS = ['socket', 'timeout', 'source-cache', 'source-concurrency', ...SWITCHES] as const
type Flag = (typeof FLAGS)[number]
type Switch = (typeof SWITCHES)[number]

/** The name of the variable behind a flag. */
export function variableOf(flag: Flag): string {
  return `ARGOCD_EXTERNAL_SECRETS_${flag.toUpperCase().replaceAll('-', '_')}`
}

/** Reads the words behind `generate`. Throws UsageError. */
export function clientSettings(words: readonly string[], environment: ReadonlyMap<string, string>): ClientSettings {
  const { where, flags } = parsed(words)
  const text = (flag: Flag): string => flags.get(flag) ?? environment.get(variableOf(flag)) ?? ''
  return {
    where: where ?? '.',
    socket: text('socket') || DEFAULT_SOCKET,
    timeoutMs: numberOf('timeout', text, { min: MIN_TIMEOUT_MS, max: MAX_TIMEOUT_MS, otherwise: DEFAULT_TIMEOUT_MS }),
    sourceCache: text('source-cache'),
    kustomizeEnableHelm: switchOf('kustomize-enable-helm', text),
    sourcePlainHttp: switchOf('source-plain-http', text),
    sourceConcurrency: numberOf('source-concurrency', text, { min: 0, max: MAX_CONCURRENCY, otherwise: 0 }),
  }
}

interface Parsed {
  readonly where: string | undefined
  readonly flags: ReadonlyMap<Flag, string>
}

function parsed(words: readonly string[]): Parsed {
  const flags = new Map<Flag, string>()
  let where: string | undefined
  const rest = words.values()
  for (const word of rest) {
    const [, name, value] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? []
    const flag = FLAGS.find((known) => known === name)
    if (flag && SWITCHES.some((known) => known === flag)) flags.set(flag, value ?? 'true')
    else if (flag) flags.set(flag, value ?? valueAfter(flag, rest))
    else if (where !== undefined || (word.startsWith('-') && word !== '-')) throw unexpected(word)
    else where = word
  }
  return { where, flags }
}

function valueAfter(flag: Flag, rest: Iterator<string>): string {
  const next = rest.next()
  if (next.done === true) throw usage(`--${flag} takes a value`)
  return next.value
}

interface Range {
  readonly min: number
  readonly max: number
  readonly otherwise: number
}

function numberOf(flag: Flag, text: (flag: Flag) => string, { min, max, otherwise }: Range): number {
  const given = text(flag)
  if (given === '') return otherwise
  const number = /^\d{1,6}$/.test(given) ? Number(given) : -1
  if (number < min || number > max) throw usage(`${flag}: ${quoteName(given)} is not allowed: expected ${min} to ${max}`)
  return number
}

function switchOf(flag: Switch, text: (flag: Flag) => string): boolean {
  const given = text(flag)
  if (!['', 'true', 'false'].includes(given)) throw usage(`${flag}: ${quoteName(given)} is neither true nor false`)
  return given === 'true'
}

function unexpected(word: string): UsageError {
  return new UsageError(
    `unexpected argument ${quoteName(word)}`,
    'inside Argo CD (ARGOCD_APP_NAME is set) generate takes a path or -, and ' +
      `${FLAGS.map((flag) => `--${flag}`).join(', ')}; all else is set at the daemon`,
  )
}

function usage(message: string): UsageError {
  return new UsageError(message, 'see the page on Argo CD in the documentation')
}
