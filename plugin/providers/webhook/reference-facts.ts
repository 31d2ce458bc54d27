import type { RemoteRef } from '../../model/remote-ref.ts'
import type { RequestFacts } from './request.ts'

type Groups = RequestFacts['elsewhere']

/**
 * `.remoteRef` of a request's templates beside the Secrets of its store (external-secrets.md 7.7). What the author of a reference writes is escaped as
 * Go's url.QueryEscape does it, in the URL alone.
 */
export function referenceFacts(
  { key, version = '', property = '' }: RemoteRef,
  namespace: string,
  secrets: Groups,
): RequestFacts {
  const words = { key, version, property }
  const escaped = Object.entries(words).map(([name, text]) => [name, queryEscape(text)] as const)
  return {
    inUrl: withReference(new Map([...escaped, ['namespace', namespace]]), secrets),
    elsewhere: withReference(new Map(Object.entries({ ...words, namespace })), secrets),
  }
}

function withReference(words: ReadonlyMap<string, string>, secrets: Groups): Groups {
  const encoder = new TextEncoder()
  return new Map([...secrets, ['remoteRef', new Map(Array.from(words, ([name, text]) => [name, encoder.encode(text)]))]])
}

function queryEscape(text: string): string {
  const rest = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`
  return encodeURIComponent(text.toWellFormed())
    .replaceAll(/[!'()*]/g, rest)
    .replaceAll('%20', '+')
}
