import { asSecretError, type SecretError } from '../model/secret-error.ts'
import { createTurns } from '../model/turns.ts'
import { type DocumentEdit, editsByDocument } from './apply-edits.ts'
import { type DocumentReading, directReading, jsonLine } from './document-reading.ts'
import type { JsonLineCache } from './json-line-cache.ts'
import type { ListLine } from './list-line.ts'
import type { ManifestDocument, ManifestStream, StreamEdits } from './manifest-document.ts'
import { writeJson } from './write-json.ts'

/** With a problem there are no bytes to use. */
export interface JsonLines {
  readonly bytes: Uint8Array
  readonly problems: readonly SecretError[]
}

export interface JsonLineTools {
  readonly cache?: JsonLineCache
  readonly reading?: DocumentReading
}

/**
 * Every document of the streams with its edits as one line of JSON, Lists as one; empty documents are dropped. Foreign ones are parsed too, and a problem
 * when they cannot be. Lets others have their turn on the way.
 */
export async function printJsonLines(
  streams: readonly ManifestStream[],
  edits: StreamEdits,
  { cache, reading = directReading }: JsonLineTools = {},
): Promise<JsonLines> {
  const byDocument = editsByDocument(edits)
  const output = new Output()
  const problems: SecretError[] = []
  const turns = createTurns()
  for (const document of streams.flatMap((stream) => stream.documents)) {
    const turn = turns.take()
    if (turn) await turn
    const own = byDocument.get(document)
    try {
      if (own) await output.edited(document, own, reading)
      else {
        const line = cache ? cache.line(document.source, () => reading.line(document)) : reading.line(document)
        output.add(typeof line === 'string' ? line : await line)
      }
    } catch (thrown) {
      problems.push(asSecretError(thrown))
    }
  }
  return { bytes: output.bytes(), problems }
}

/** Characters of the text that becomes bytes in one go. */
const PART = 256 * 1024

class Output {
  readonly #parts: Uint8Array[] = []
  readonly #turns = createTurns()
  #texts: string[] = []
  #length = 0

  add(text: string): void {
    this.#texts.push(text)
    this.#length += text.length
    if (this.#length >= PART) this.#flush()
  }

  async edited(document: ManifestDocument, edits: readonly DocumentEdit[], reading: DocumentReading): Promise<void> {
    const whole = edits.find(({ object }) => object.path.length === 0)
    if (whole) {
      for (const object of whole.replacements) this.add(jsonLine(object))
      return
    }
    // What comes of a List in part only would be no JSON: nothing is added before all of it is read.
    const list = await reading.list(document)
    await this.#list(list, edits, 0)
    this.add('\n')
  }

  bytes(): Uint8Array {
    this.#flush()
    return Buffer.concat(this.#parts)
  }

  /** `depth` counts the parts of the edits' paths that lead to `line`, as in {@link editedDocument}. */
  async #list(line: ListLine, edits: readonly DocumentEdit[], depth: number): Promise<void> {
    if (typeof line === 'string') {
      this.add(line)
      return
    }
    const byIndex = Map.groupBy(edits, ({ object }) => object.path[depth + 1])
    this.add(line.before)
    let separator = ''
    for (const [index, item] of line.items.entries()) {
      const turn = this.#turns.take()
      if (turn) await turn
      const own = byIndex.get(index)
      const whole = own?.find(({ object }) => object.path.length === depth + 2)
      const pieces = whole ? whole.replacements.map(writeJson) : [item]
      for (const piece of pieces) {
        this.add(separator)
        separator = ','
        await this.#list(piece, own ?? [], depth + 2)
      }
    }
    this.add(line.after)
  }

  #flush(): void {
    this.#parts.push(Buffer.from(this.#texts.join(''), 'utf8'))
    this.#texts = []
    this.#length = 0
  }
}
