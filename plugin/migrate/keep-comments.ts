import type { ManifestDocument, ManifestObject, ManifestStream, StreamEdits } from '../stream/manifest-document.ts'

const ENDS_A_LINE = /(?:^|[\r\n])$/
const BLANK_OR_COMMENT = /[ \t]*(?:#[^\r\n]*)?(?:\r\n|\n|\r)/y

export interface Edited {
  readonly streams: readonly ManifestStream[]
  readonly edits: StreamEdits
}

/** Moves the comments above the first key of each edited document to its `---`, so that they stay where the document is replaced. */
export function keepComments({ streams, edits }: Edited): Edited {
  const moved = new Map<ManifestDocument, ManifestDocument>()
  const movedEdits = new Map<ManifestObject, readonly object[]>()
  for (const [object, replacements] of edits) {
    const document = moved.get(object.document) ?? withCommentsInOpening(object.document)
    moved.set(object.document, document)
    movedEdits.set({ ...object, document }, replacements)
  }
  const movedStreams = streams.map(({ file, documents }) => ({
    file,
    documents: documents.map((document) => moved.get(document) ?? document),
  }))
  return { streams: movedStreams, edits: movedEdits }
}

/** Only where the opening ends a line: else the document stands beside its `---`. */
function withCommentsInOpening(document: ManifestDocument): ManifestDocument {
  const { opening, source } = document
  const length = commentsLength(source)
  if (length === 0 || !ENDS_A_LINE.test(opening)) return document
  const comments = source.slice(0, length)
  return {
    ...document,
    opening: opening + comments,
    source: source.slice(length),
    sourceLine: document.sourceLine + comments.split(/\r\n|\n|\r/).length - 1,
  }
}

function commentsLength(source: string): number {
  let length = 0
  for (BLANK_OR_COMMENT.lastIndex = 0; BLANK_OR_COMMENT.test(source); ) length = BLANK_OR_COMMENT.lastIndex
  return length
}
