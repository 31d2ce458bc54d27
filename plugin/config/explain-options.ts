import * as z from 'zod'
import type { Option } from './option.ts'

export const output: Option<'text' | 'json'> = {
  name: 'output',
  doc: 'text: for people; json: one object, whose shape docs/explain.md tells.',
  value: 'text|json',
  schema: z.enum(['text', 'json']),
  default: 'text',
}

export const digests: Option<boolean> = {
  name: 'digests',
  doc: 'A short digest of each value beside its key, made with a random key: good to compare within this run alone.',
  schema: z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]),
  default: false,
}

export const digestKey: Option<string> = {
  name: 'digest-key',
  doc: 'A file of at least 32 bytes to keep secret: digests are made with it, and can be compared with those of other runs.',
  value: 'FILE',
  schema: z.string(),
  default: '',
}
