/** Whether the text is one JSON document. Says nothing else about it: the parser's own words quote the text. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
