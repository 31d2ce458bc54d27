import type { ErrorCode } from 'yaml'
import { SecretError } from '../model/secret-error.ts'
import { countLineBreaks } from './count-line-breaks.ts'
import { documentText } from './document-text.ts'
import type { ManifestDocument } from './manifest-document.ts'

/** The `yaml` package takes some 0.5 ms a KiB of hostile text, and 50 ms to load: it is asked about small documents that failed, and no others. */
const LARGEST_BYTES = 64 * 1024

interface Explanation {
  readonly message: string
  readonly remedy: string
}

/** By the package's codes, never by its messages: those quote the input. */
const EXPLANATIONS: Partial<Readonly<Record<ErrorCode, Explanation>>> = {
  BAD_DQ_ESCAPE: {
    message: 'a backslash that starts no known escape',
    remedy: 'write \\\\ for a backslash, or use single quotes',
  },
  BAD_INDENT: {
    message: 'the indentation fits neither this level nor the one above',
    remedy: 'align the keys of one mapping, and close every bracket',
  },
  BAD_SCALAR_START: { message: 'a text without quotes cannot start like this', remedy: 'put the value in quotes' },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'a key and its value in the middle of a value',
    remedy: 'put a value with ": " in quotes, or start the nested mapping on its own line',
  },
  BLOCK_IN_FLOW: {
    message: 'a "- " or "key:" line between brackets',
    remedy: 'close the bracket above; render the template first if it is one',
  },
  MULTILINE_IMPLICIT_KEY: {
    message: 'a key without ":" behind it',
    remedy: 'add ": " after the key, or indent the line as a part of the value above',
  },
  MULTIPLE_ANCHORS: { message: 'a value with two anchors', remedy: 'keep one of them' },
  TAB_AS_INDENT: { message: 'a tab in the indentation', remedy: 'indent with spaces' },
}

/**
 * A problem of reading `document` in words that help: where the syntax is at fault, what is wrong there and what to do.
 * Any other problem comes back as it is. Never throws.
 */
export async function explainProblem(document: ManifestDocument, problem: SecretError): Promise<SecretError> {
  if (document.source.length > LARGEST_BYTES) return problem
  const { parseDocument } = await import('yaml')
  try {
    const { text, line } = documentText(document)
    const [error] = parseDocument(text, { uniqueKeys: false, prettyErrors: false, logLevel: 'silent' }).errors
    const explanation = error && EXPLANATIONS[error.code]
    if (!explanation) return problem
    return new SecretError(problem.kind, `not valid YAML: ${explanation.message}`, {
      place: { ...problem.place, line: line + countLineBreaks(text, error.pos[0]) },
      remedy: explanation.remedy,
    })
  } catch {
    // Bytes that are no UTF-8, or nesting that is too deep for the package: the problem has said so already.
    return problem
  }
}
