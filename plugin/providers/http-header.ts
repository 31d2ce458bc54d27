/** Headers that frame a request; HTTP itself sets them. */
const FRAMING = new Set(['connection', 'content-length', 'expect', 'te', 'trailer', 'transfer-encoding', 'upgrade'])
/** RFC 9110: a token; visible characters, spaces and tabs. */
const NAME = /^[!#$%&'*+.^_`|~\w-]+$/
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** Whether a store may name such a header. */
export function isHeaderName(name: string): boolean {
  return NAME.test(name) && !FRAMING.has(name.toLowerCase())
}

/** Whether a header may have such a value. */
export function isHeaderValue(value: string): boolean {
  return VALUE.test(value)
}
