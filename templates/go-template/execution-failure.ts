import type { ByteText } from '../byte-text.ts'
import type { Place } from './node.ts'

export interface FailureDetails {
  /** Where in the template. */
  readonly place: Place | undefined
  /** The template that was executed: the main one, or one that it defines. */
  readonly template: ByteText
  readonly functionName?: string | undefined
  /** The message cannot hold a value (rule R18). */
  readonly safe: boolean
  /** What to say instead of a message that is not safe. */
  readonly redacted?: string
  readonly remedy?: string
}

/** A template that cannot go on. The message is Go's without its prefix. */
export class ExecutionFailure extends Error {
  override readonly name = 'ExecutionFailure'
  readonly details: FailureDetails

  constructor(message: ByteText, details: FailureDetails) {
    super(message)
    this.details = details
  }
}
