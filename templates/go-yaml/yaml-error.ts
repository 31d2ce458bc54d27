/** What go-yaml, sigs.k8s.io/yaml or encoding/json would say of a text, word for word. */
export class YamlError extends Error {
  override readonly name = 'YamlError'
  /** The message cannot hold a part of the text (rule R18). */
  readonly safe: boolean

  constructor(message: string, about: { readonly safe: boolean }) {
    super(message)
    this.safe = about.safe
  }
}

/** A text that the scanner refuses; `line` is 0-based. go-yaml does not name the first line. */
export function scannerError(problem: string, line: number): YamlError {
  return new YamlError(`yaml: ${line === 0 ? '' : `line ${line + 1}: `}${problem}`, { safe: true })
}

/** Tokens in an order that no document has; `line` is 0-based, and go-yaml prints it as it is. */
export function parserError(problem: string, line: number): YamlError {
  return new YamlError(`yaml: ${line === 0 ? '' : `line ${line}: `}${problem}`, { safe: true })
}

/** A document that means nothing; the message may quote it. */
export function meaningError(problem: string): YamlError {
  return new YamlError(`yaml: ${problem}`, { safe: false })
}
