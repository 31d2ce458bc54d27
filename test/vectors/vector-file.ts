import { readFileSync } from 'node:fs'

/** One case of a vector file; the file's own `meta` says what its fields mean. */
export interface VectorCase {
  readonly id: string
  readonly name: string
  /** `generated`: written for this project, the expectation comes from the real Go code. Others derive from the tests of the project they name. */
  readonly origin: string
  /** Absent in files that are about templates only. */
  readonly op?: string
  readonly input?: Readonly<Record<string, unknown>>
  readonly template?: string
  /** The template's dot, with Go's types. */
  readonly vars?: unknown
  readonly options?: {
    readonly funcs?: 'none'
    readonly missingkey?: 'error' | 'default' | 'zero'
    readonly left?: string
    readonly right?: string
  }
  /** IANA name of the local zone that the expectation depends on. */
  readonly requiresTZ?: string
  readonly expected?: unknown
  readonly expectedError?: string
  /** With Go's prefix: template, line, column and node. */
  readonly expectedErrorFull?: string
  /** What was written before the error. */
  readonly partialOutput?: unknown
}

export interface VectorFile {
  readonly meta: Readonly<Record<string, unknown>>
  readonly cases: readonly VectorCase[]
}

/** Reads a vector file. Throws an Error that says what is not as it should be. */
export function readVectorFile(path: string | URL): VectorFile {
  const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'))
  if (!isVectorFile(parsed)) throw new Error('not a vector file: it has no `meta` and `cases` with ids')
  return parsed
}

function isVectorFile(value: unknown): value is VectorFile {
  if (typeof value !== 'object' || value === null || !('meta' in value) || !('cases' in value)) return false
  return Array.isArray(value.cases) && value.cases.every((item) => typeof item?.id === 'string' && typeof item.name === 'string')
}
