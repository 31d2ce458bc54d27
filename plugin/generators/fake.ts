import '../api/jitless.ts'
import * as z from 'zod'
import { SecretValue } from '../model/secret-value.ts'
import type { Generator } from './generator.ts'

const spec = z.object({
  controller: z.string().optional().describe('Class of the controller that the generator belongs to.'),
  data: z.record(z.string(), z.string()).optional().describe('The values, by their keys.'),
})

/** What its author wrote (external-secrets.md 6.4). */
export const fake: Generator<z.output<typeof spec>> = {
  kind: 'Fake',
  spec,
  stability: 'constant',
  keysOf: ({ data = {} }) => Object.keys(data),
  generate: async ({ data = {} }) => ({
    values: new Map(Object.entries(data).map(([key, text]) => [key, SecretValue.fromText(text)])),
  }),
}
