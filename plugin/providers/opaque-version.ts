import { createHmac } from 'node:crypto'

/**
 * A name for what was read from a backend that has no versions: the same for the same bytes, and telling nothing about them.
 * `key` is random and stays in this process, so that nobody can try values against the name.
 */
export function opaqueVersion(key: Uint8Array, bytes: Uint8Array): string {
  return createHmac('sha256', key).update(bytes).digest('base64url')
}
