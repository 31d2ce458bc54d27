const ANCHOR = /(?:^|[\s[{,:-])&[^\s&,[\]{}]/
const ALIAS = /(?:^|[\s[{,:-])\*[^\s*,[\]{}]/

/** Whether aliases may stand in a text for more than is written: what it costs cannot be told from its length. May say yes for a text in quotes. */
export function mayRepeat(source: string): boolean {
  return source.includes('&') && source.includes('*') && ANCHOR.test(source) && ALIAS.test(source)
}
