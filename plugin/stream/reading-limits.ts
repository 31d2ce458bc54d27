/**
 * What one document of ours may cost. An API server takes 3 MiB an object and etcd 1.5 MiB; a List of 10,000 ExternalSecrets has about 6 MiB
 * and 400,000 lines, keys and items. Beyond the limits reading ends with an error instead of with the machine's memory.
 */
export const readingLimits = {
  /** Bytes of the text. */
  bytes: 16 * 1024 * 1024,
  /** Of collections, the parser's own default. */
  depth: 100,
  /** Keys, values and collections, an alias counted with all that it stands for. */
  nodes: 1_000_000,
  /** Characters of all values, an alias counted with all that it stands for. */
  characters: 64 * 1024 * 1024,
} as const
