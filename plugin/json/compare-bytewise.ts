/** The order of the UTF-8 bytes, which is Go's order of strings. JavaScript's own differs beyond U+FFFF. */
export function compareBytewise(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right))
}
