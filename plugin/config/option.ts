import type { z } from 'zod'

/** One option of the program. Flag, environment variable, configuration file, `--help` and the docs come from this record. */
export interface Option<T> {
  /** The flag without its dashes, and the key in the configuration file. */
  readonly name: string
  readonly doc: string
  /** What `--help` calls the value; a flag without it takes none and means true. */
  readonly value?: string
  /** Takes the text of a flag or a variable, or the value of the configuration file. */
  readonly schema: z.ZodType<T>
  readonly default: T
  readonly env?: string
  /** A Git author may set it through plugin.parameters, never beyond the administrator's value (R2). */
  readonly author?: true
  /** Of a plugin parameter whose value is no single text (`collectionType` in plugin.yaml). */
  readonly collection?: 'array' | 'map'
}
