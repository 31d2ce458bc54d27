import { isUtf8 } from 'node:buffer'

/** `text` as a Go template that prints it. */
export function literalTemplate(text: string): string {
  return text.replaceAll('{{', '{{ "{{" }}')
}

/** Bytes as a Go template that prints them. */
export function bytesTemplate(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes)
  return isUtf8(buffer) ? literalTemplate(buffer.toString('utf8')) : `{{ ${goString(buffer.toString('base64'))} | b64dec }}`
}

/** `text` as a string of the template language. */
export function goString(text: string): string {
  return JSON.stringify(text)
}

const IDENTIFIER = /^[A-Za-z_]\w*$/

export function isIdentifier(name: string): boolean {
  return IDENTIFIER.test(name)
}
