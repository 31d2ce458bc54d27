/** Scheme, host and port, and what must end them; no braces of a template, no user, nothing that a URL would drop. */
const ORIGIN = /^\s*(https?:\/\/[^\s/?#@{}\\]+)(?=[/?#]|\s*$)/i

/**
 * The origin that a URL template names in plain text, so that nothing that a reference or a Secret holds can change whom a store asks (R5):
 * `https://api.example.com:8443`. `undefined` where a template decides it.
 */
export function fixedOrigin(template: string): string | undefined {
  const [, text] = ORIGIN.exec(template) ?? []
  const url = text === undefined ? null : URL.parse(text)
  return url?.origin
}
