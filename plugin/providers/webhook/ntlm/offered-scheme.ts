/** How a server takes the messages: under their own name, or as what it negotiates. */
export type Scheme = 'NTLM' | 'Negotiate'

/** In this order: what is NTLM for certain first. */
const SCHEMES: readonly Scheme[] = ['NTLM', 'Negotiate']

/** The scheme that a `WWW-Authenticate` offers, several headers joined by `, `. `undefined` where NTLM is in none. */
export function offeredScheme(header = ''): Scheme | undefined {
  const offered = new Set(challengesIn(header).map(([scheme = '']) => scheme.toLowerCase()))
  return SCHEMES.find((scheme) => offered.has(scheme.toLowerCase()))
}

/** The message that came with `scheme`. */
export function messageIn(header = '', scheme: Scheme): Buffer | undefined {
  const [, text] = challengesIn(header).find(([name = '']) => name.toLowerCase() === scheme.toLowerCase()) ?? []
  return text === undefined ? undefined : Buffer.from(text, 'base64')
}

/** Scheme and what follows it; quoted texts, which may hold a comma, say nothing here. */
function challengesIn(header: string): readonly (readonly string[])[] {
  const plain = header.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')
  return plain.split(',').map((challenge) => challenge.trim().split(/\s+/))
}
