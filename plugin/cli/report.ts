import { errorPolicy } from '../model/error-policy.ts'
import { printable } from '../model/printable.ts'
import type { Place, SecretError } from '../model/secret-error.ts'
import { shownFile } from '../model/shown-file.ts'

/** R18: as many problems as a reader can use. */
const MAX_LISTED = 50
/** A path of several names, each up to the 200 characters of a quoted one. */
const MAX_NAME = 500

/** What the report says of something that is not an error. */
export interface Warning {
  readonly place: Place
  readonly message: string
}

/** Finds the line of a field: only for what is printed, since it costs a parse. */
export type Locate = (place: Place) => Place

const asItIs: Locate = (place) => place

/** The one report of a failed run: every problem with its kind, place and remedy, up to 50. */
export function problemReport(problems: readonly SecretError[], consequence: string, locate = asItIs): string {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`
  const listed = problems.slice(0, MAX_LISTED).map((problem) => problemText(problem, locate(problem.place)))
  const more = problems.length > MAX_LISTED ? [`and ${problems.length - MAX_LISTED} more`] : []
  return [`error: ${count}: ${consequence}`, ...listed, ...more, ''].join('\n')
}

function problemText({ kind, message, excerpt, remedy }: SecretError, place: Place): string {
  return [
    [placeName(place), kind, objectName(place)].filter((part) => part).join(': '),
    `  ${printable(message)}`,
    ...excerpt.map((line) => `  ${printable(line)}`),
    ...(remedy ? [`  -> ${printable(remedy)}`] : []),
  ].join('\n')
}

export function warningReport(warnings: readonly Warning[], locate = asItIs): string {
  const listed = warnings.slice(0, MAX_LISTED).map((warning) => warningText(warning, locate(warning.place)))
  const more = warnings.length > MAX_LISTED ? `and ${warnings.length - MAX_LISTED} more warnings\n` : ''
  return listed.join('') + more
}

function warningText({ message }: Warning, place: Place): string {
  return `${[placeName(place), 'warning', objectName(place), printable(message)].filter((part) => part).join(': ')}\n`
}

function placeName(place: Place): string {
  if (place.file === undefined) return ''
  const file = cut(shownFile(place.file))
  return place.line === undefined ? file : `${file}:${place.line}`
}

function objectName(place: Place): string {
  return [place.object, place.field].flatMap((part) => (part ? [cut(part)] : [])).join(' ')
}

/** R18, for names that are not in quotes: those of files and fields. */
function cut(name: string): string {
  return printable(name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name)
}

/** Several kinds in one report: the highest exit code (R19). */
export function exitCodeOf(problems: readonly SecretError[]): number {
  return problems.reduce((highest, { kind }) => Math.max(highest, errorPolicy[kind].exitCode), 0)
}
