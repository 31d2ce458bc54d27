import type { ManifestDocument } from './manifest-document.ts'
import { unescapedText } from './unescaped-text.ts'

/**
 * Whether the document may hold an object of one of these kinds, itself or in a List. Looks at the text alone, for the kind as a word:
 * `SecretStore` is no `Secret`. May say yes for a comment, never says no for an object.
 */
export function mayHoldKind(document: ManifestDocument, kinds: readonly string[]): boolean {
  const { source, opening } = document
  if (source.includes('!!binary') || source.includes(':binary') || opening.includes('%TAG')) return true
  if (kinds.some((kind) => hasWord(source, kind))) return true
  const unescaped = unescapedText(source)
  return unescaped !== source && kinds.some((kind) => hasWord(unescaped, kind))
}

function hasWord(text: string, word: string): boolean {
  for (let index = text.indexOf(word); index !== -1; index = text.indexOf(word, index + word.length)) {
    if (!isLetter(text.charCodeAt(index - 1)) && !isLetter(text.charCodeAt(index + word.length))) return true
  }
  return false
}

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122)
}
