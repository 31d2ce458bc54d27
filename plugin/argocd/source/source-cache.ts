/** Keeps what a tool gave for one input; a warm process may keep it in memory, a client in a folder (`folder-cache.ts`). */
export interface SourceCache {
  /** `key` is a digest in hex. */
  get(key: string): Uint8Array | undefined
  /** Never fails: what cannot be kept is not kept. */
  put(key: string, bytes: Uint8Array): void
}
