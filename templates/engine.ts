/** What one render may cost. It ends with a TemplateError when any of it is used up, whatever the template does. */
export interface Budget {
  /** Nodes visited, functions called, items visited; every 64 bytes that a function reads or makes count as one more. */
  readonly steps: number
  /** Blocks and sub-expressions inside each other. */
  readonly depth: number
  /** Of the result, and of any text on the way to it. */
  readonly outputBytes: number
  readonly wallTimeMs: number
  /**
   * Keys generated and passwords hashed to be slow (bcrypt, scrypt). A key of 4096-bit RSA or of DSA counts as four, scrypt as two: they take
   * about so much longer, and nothing can end one before it is done.
   */
  readonly heavyCalls: number
  /** Milliseconds on any clock that does not go back. */
  now(): number
}

/**
 * `seeded`: what a seed makes repeatable. `unstable`: what expires or cannot be derived safely (genCA, now, …), whatever the seed (rule R13).
 */
export type RandomKind = 'seeded' | 'unstable'

/** Random bytes for one place of a template. */
export interface RandomSource {
  bytes(count: number): Uint8Array
}

/** What a render knows of the world outside its data. One is made for each render. */
export interface Surroundings {
  /** The stream of one place of the template; asked for the same place again it goes on where it was. Only `seeded` ones may be derived. */
  random(position: string, kind: RandomKind): RandomSource
  /** Told of every call whose result is not made of its arguments alone: it draws random bytes, or looks at the time. */
  onRandom?(functionName: string, kind: RandomKind): void
  /** Milliseconds since the epoch. */
  now(): number
  /** IANA name of the zone that Go calls Local. */
  readonly localZone: string
  /** Functions whose result expires, or is another with every render, fail: Argo CD would apply it each time (rule R13). */
  readonly unstable?: 'refused'
}

/** A template language. Compiling never runs anything; the result may be kept and rendered many times. */
export interface TemplateEngine {
  /** `name` is what Go's messages call the template: the key that it fills. Throws TemplateError for a text that is not a template. */
  compile(text: string, name?: string): CompiledTemplate
}

export interface CompiledTemplate {
  /** Renders with `data`: names and their bytes. Pure but for its surroundings. Throws TemplateError. */
  render(data: ReadonlyMap<string, Uint8Array>, budget: Budget, surroundings: Surroundings): Rendered
  /** What it may look at when it is rendered, whichever branches are taken. Runs nothing. */
  reads(): DataReads
}

export interface DataReads {
  /** The names that it asks for. Whether the data have them is another matter, and what has a name like one may be asked for instead. */
  readonly names: ReadonlySet<string>
  /** It takes the data as a whole, or a name that it computes: any of them may be looked at. */
  readonly mayReadAll: boolean
}

export interface Rendered {
  readonly bytes: Uint8Array
  /** Whether the data was looked at, so that the result may tell something of it (rule R8). */
  readonly usesData: boolean
}

export interface TemplateErrorDetails {
  /** 1-based. */
  readonly line: number
  /** 1-based, in characters (UTF-16 units) of its line. Go's own count in `prefix` is of bytes, and 0-based. */
  readonly column: number
  /** The function that failed. */
  readonly functionName?: string
  /** The message cannot hold a value; one that is not safe is withheld by whoever reports it (rule R18). */
  readonly safe: boolean
  /** What Go writes before the message: `template: NAME:LINE:COLUMN: executing "NAME" at <…>: `. Free of values. */
  readonly prefix?: string
  /** What to say instead of a message that is not safe. */
  readonly redacted?: string
  /** What the author may do about it. Free of values. */
  readonly remedy?: string
  /** The budget was used up: with a larger one it might have gone well. */
  readonly overBudget?: boolean
}

/** A template that cannot be compiled or rendered. */
export class TemplateError extends Error {
  readonly line: number
  readonly column: number
  readonly functionName: string | undefined
  readonly safe: boolean
  readonly prefix: string | undefined
  readonly remedy: string | undefined
  readonly overBudget: boolean
  /** The message as it may be shown to anybody (rule R18). */
  readonly redacted: string

  constructor(message: string, details: TemplateErrorDetails) {
    super(message)
    this.name = 'TemplateError'
    this.line = details.line
    this.column = details.column
    this.functionName = details.functionName
    this.safe = details.safe
    this.prefix = details.prefix
    this.remedy = details.remedy
    this.overBudget = details.overBudget ?? false
    this.redacted = details.safe ? message : (details.redacted ?? withheld(details.functionName))
  }
}

function withheld(functionName: string | undefined): string {
  return `${functionName ? `error calling ${functionName}: ` : ''}(message withheld)`
}
