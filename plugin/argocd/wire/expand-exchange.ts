import { SecretError } from '../../model/secret-error.ts'
import { checksum } from './checksum.ts'

/** Of both sides; a change that the other side would misread raises it. */
export const PROTOCOL = 1
export const EXPAND_PATH = '/expand'
/** A whole request: one line of JSON and the files. */
export const MAX_REQUEST_BYTES = 64 * 1024 * 1024
/** A whole answer: Argo CD itself takes no more than 100 MB from a plugin (argocd.md 1.8). */
export const MAX_ANSWER_BYTES = 104 * 1024 * 1024
/** Longer than any render may take (option timeout), and short enough for every timer. */
export const MAX_TIMEOUT_MS = 600_000
/** The line of JSON alone. `KUBE_API_VERSIONS` takes tens of kilobytes, a file name a hundred bytes. */
export const MAX_HEADER_BYTES = 8 * 1024 * 1024

/** A file, or what a tool printed, with the name that a report shows. */
export interface ManifestFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** What a client asks of the daemon: `POST /expand` over its unix socket. */
export interface ExpandRequest {
  readonly command: 'generate'
  /** The variables of the request alone ({@link isRequestVariable}). */
  readonly environment: ReadonlyMap<string, string>
  readonly files: readonly ManifestFile[]
  /** What is left of the client's time, in milliseconds: who answers within it can say what was slow, the client only that something was. */
  readonly timeoutMs?: number
}

/** What the client does with it: report to standard error, output to standard output, and the exit code (R19). */
export interface ExpandAnswer {
  readonly exitCode: number
  readonly report: string
  /** Empty unless the exit code is 0. */
  readonly output: Uint8Array
}

/**
 * Of the process's environment only what Argo CD sets for one request goes over the wire, never a setting or a credential of the container.
 * `PARAM_` stays behind: two parameters may share such a name (argocd.md 1.4), `ARGOCD_APP_PARAMETERS` says the same without doubt.
 */
export function isRequestVariable(name: string): boolean {
  return /^ARGOCD_(APP|ENV)_/.test(name) || name === 'KUBE_VERSION' || name === 'KUBE_API_VERSIONS'
}

/** The body of a request: a line of JSON, then the bytes of the files, one after the other. Throws SecretError InvalidSpec when it would be too large. */
export function encodeExpandRequest({ command, environment, files, timeoutMs }: ExpandRequest): Uint8Array {
  const line = {
    protocol: PROTOCOL,
    command,
    environment: Object.fromEntries(environment),
    files: files.map(({ name, bytes }) => ({ name, bytes: bytes.byteLength })),
    ...(timeoutMs !== undefined && { timeoutMs }),
  }
  const body = joined(
    line,
    files.map(({ bytes }) => bytes),
  )
  if (body.byteLength > MAX_REQUEST_BYTES) throw tooLarge()
  return body
}

/** Throws SecretError InvalidSpec for what is no request of this protocol. `files` are views of `body`. */
export function decodeExpandRequest(body: Uint8Array): ExpandRequest {
  if (body.byteLength > MAX_REQUEST_BYTES) throw tooLarge()
  const { line, rest } = split(body, notARequest)
  if (line['command'] !== 'generate') throw notARequest('unknown command')
  const { environment, files } = line
  if (!isRecord(environment) || !Array.isArray(files)) throw notARequest('environment or files are missing')
  return {
    command: 'generate',
    environment: requestEnvironment(environment),
    files: requestFiles(files, rest),
    ...(line['timeoutMs'] !== undefined && { timeoutMs: timeoutOf(line['timeoutMs']) }),
  }
}

function timeoutOf(value: unknown): number {
  const timeoutMs = lengthOf(value, notARequest)
  if (timeoutMs > MAX_TIMEOUT_MS) throw notARequest('a time that no render has')
  return timeoutMs
}

function requestEnvironment(given: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  const variables = new Map<string, string>()
  for (const [name, value] of Object.entries(given)) {
    if (typeof value !== 'string' || !isRequestVariable(name)) throw notARequest('a variable that no request has')
    variables.set(name, value)
  }
  return variables
}

function requestFiles(listed: readonly unknown[], bytes: Uint8Array): readonly ManifestFile[] {
  let offset = 0
  const files = listed.map((entry): ManifestFile => {
    if (!isRecord(entry) || typeof entry['name'] !== 'string') throw notARequest('a file without a name')
    const length = lengthOf(entry['bytes'], notARequest)
    offset += length
    return { name: entry['name'], bytes: bytes.subarray(offset - length, offset) }
  })
  if (offset !== bytes.byteLength) throw notARequest('the files have another length than announced')
  return files
}

/** The body of an answer: a line of JSON, then the report, then the output. */
export function encodeExpandAnswer(answer: ExpandAnswer): Uint8Array {
  return Buffer.concat([answerHead(answer), answer.output])
}

/** All of the body but the output, which may be so large that a copy takes its time. */
export function answerHead({ exitCode, report, output }: ExpandAnswer): Uint8Array {
  const said = Buffer.from(report)
  const line = { protocol: PROTOCOL, exitCode, report: said.byteLength, output: output.byteLength, checksum: checksum(output) }
  return joined(line, [said])
}

/** Throws SecretError Unavailable for everything that is not one whole, untouched answer. `output` is a view of `body`. */
export function decodeExpandAnswer(body: Uint8Array): ExpandAnswer {
  const { line, rest } = split(body, notAnAnswer)
  const exitCode = lengthOf(line['exitCode'], notAnAnswer)
  const report = lengthOf(line['report'], notAnAnswer)
  const output = rest.subarray(report)
  if (exitCode > 255 || report > rest.byteLength || lengthOf(line['output'], notAnAnswer) !== output.byteLength)
    throw notAnAnswer('its length is not the announced one')
  if (line['checksum'] !== checksum(output)) throw notAnAnswer('its checksum is not the announced one')
  if (exitCode !== 0 && output.byteLength > 0) throw notAnAnswer('it holds output beside a failure')
  return { exitCode, report: Buffer.from(rest.subarray(0, report)).toString(), output }
}

type Complaint = (what: string) => SecretError

interface SplitBody {
  readonly line: Readonly<Record<string, unknown>>
  readonly rest: Uint8Array
}

function split(body: Uint8Array, complaint: Complaint): SplitBody {
  const end = body.subarray(0, MAX_HEADER_BYTES + 1).indexOf(0x0a)
  if (end < 0) throw complaint('it does not begin with a line of JSON')
  const line = parsed(body.subarray(0, end))
  if (!isRecord(line)) throw complaint('it does not begin with a line of JSON')
  if (line['protocol'] !== PROTOCOL) throw complaint('it is of another protocol')
  return { line, rest: body.subarray(end + 1) }
}

/** `undefined` for what is no JSON: the parser's own error would quote it. */
function parsed(line: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(line).toString())
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function lengthOf(value: unknown, complaint: Complaint): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw complaint('a number is missing')
  return value
}

function joined(line: object, parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([Buffer.from(`${JSON.stringify(line)}\n`), ...parts])
}

/** What is said of more manifests than one request holds. */
export function tooLarge(): SecretError {
  return new SecretError('InvalidSpec', `the manifests are larger than ${MAX_REQUEST_BYTES} bytes`, {
    remedy: 'split the application, or choose fewer files with the parameters directory-include and directory-exclude',
  })
}

function notARequest(what: string): SecretError {
  return new SecretError('InvalidSpec', `the request cannot be understood: ${what}`, {
    remedy: 'run the same version of the program in the containers cmp and daemon',
  })
}

function notAnAnswer(what: string): SecretError {
  return new SecretError('Unavailable', `the answer of the daemon cannot be understood: ${what}`, {
    remedy: 'run the same version of the program in the containers cmp and daemon',
  })
}
