import type { ManifestDocument } from './manifest-document.ts'
import { unescapedText } from './unescaped-text.ts'

/** Ends the names of both groups, `external-secrets.io` and `generators.external-secrets.io` (external-secrets.md 1). */
const GROUP = 'external-secrets.io'

/**
 * Whether the document may hold an object of the External Secrets API, itself or in a List. Looks at the text alone: may say yes for a comment,
 * never says no for an object, however its apiVersion is spelled (quotes, escapes, an alias; base64 is a yes for every document).
 */
export function mayHoldOurs(document: ManifestDocument): boolean {
  const { source } = document
  if (source.includes(GROUP) || source.includes('!!binary') || source.includes(':binary')) return true
  if (document.opening.includes('%TAG')) return true
  return hasEscapes(document) && unescapedText(`${document.opening}${source}`).includes(GROUP)
}

function hasEscapes({ source, opening }: ManifestDocument): boolean {
  return source.includes('\\') || source.includes('\0') || opening.includes('\0')
}
