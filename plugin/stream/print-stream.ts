import { type DocumentEdit, editedDocument, editsByDocument } from './apply-edits.ts'
import type { ManifestDocument, ManifestStream, StreamEdits } from './manifest-document.ts'
import { readDocument } from './read-document.ts'
import { writeObject } from './write-object.ts'

const BYTE_ORDER_MARK = /^\u00ef\u00bb\u00bf/
const START_MARK = /(?:^|[\r\n])(?:\u00ef\u00bb\u00bf)?---/
const DIRECTIVE = /(?:^|[\r\n])%/
const END_MARKS = /^(?:\.\.\.[^\r\n]*(?:\r\n|\n|\r)\s*)+/

/**
 * The streams as one, with the edits. What has no edit is printed byte for byte, one stream without edits is exactly its file; marks and line ends
 * are added only where a neighbour went or another file begins. Throws SecretError for an edit of a List that cannot be read.
 */
export function printStream(streams: readonly ManifestStream[], edits: StreamEdits): Uint8Array {
  const byDocument = editsByDocument(edits)
  const output = new Output(streams.length > 1 || edits.size > 0)
  for (const { documents } of streams) {
    let before: ManifestDocument | undefined
    for (const document of documents) {
      const own = byDocument.get(document)
      if (own) for (const [index, text] of editedTexts(document, own).entries()) output.edited(document, text, index)
      else output.kept(document, before)
      before = own ? undefined : document
    }
    output.endFile()
  }
  return output.bytes()
}

function editedTexts(document: ManifestDocument, edits: readonly DocumentEdit[]): readonly string[] {
  const objects = editedDocument(edits, () => readDocument(document).value)
  return objects.map((object) => Buffer.from(writeObject(object), 'utf8').toString('latin1'))
}

/** What an end mark at the end of a file leaves: neither content nor a mark that starts some. */
function isNothing({ opening, source }: ManifestDocument): boolean {
  return !START_MARK.test(opening) && source.trim() === ''
}

/** Grows document by document; in latin1, so that foreign bytes stay what they are. */
class Output {
  readonly #parts: string[] = []
  readonly #altered: boolean
  #newFile = false

  constructor(altered: boolean) {
    this.#altered = altered
  }

  /** `before` is the document before it in its file when that one was printed as it is. */
  kept(document: ManifestDocument, before: ManifestDocument | undefined): void {
    const isUntouched = !this.#altered || (before !== undefined && document.opening !== '')
    if (isUntouched && !this.#newFile) this.#parts.push(document.opening)
    else if (isNothing(document)) return
    else this.#open(document)
    this.#parts.push(document.source)
  }

  edited(document: ManifestDocument, text: string, index: number): void {
    if (index === 0) this.#open(document)
    else this.#parts.push('---\n')
    this.#endLine()
    this.#parts.push(text)
  }

  endFile(): void {
    this.#newFile = true
  }

  bytes(): Uint8Array {
    return Buffer.from(this.#parts.join(''), 'latin1')
  }

  /** The opening of a document that does not follow its own neighbour. */
  #open(document: ManifestDocument): void {
    this.#newFile = false
    const isFirst = this.#parts.length === 0
    if (!isFirst) this.#endLine()
    const opening = isFirst ? document.opening.replace(END_MARKS, '') : document.opening.replace(BYTE_ORDER_MARK, '')
    if (START_MARK.test(opening)) {
      if (!isFirst && DIRECTIVE.test(opening) && !opening.startsWith('...')) this.#parts.push('...\n')
      this.#parts.push(opening)
    } else if (isFirst && !document.source.trimStart().startsWith('{')) this.#parts.push(opening)
    else this.#parts.push('---\n', opening.replace(BYTE_ORDER_MARK, '').replace(END_MARKS, ''))
  }

  #endLine(): void {
    const last = this.#parts.findLast((part) => part !== '')
    if (last !== undefined && !last.endsWith('\n')) this.#parts.push('\n')
  }
}
