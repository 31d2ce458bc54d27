// The selectors are not needed here; their module sets zod up so that no code is generated, before any schema is made.
import '../../api/selectors.ts'
import * as z from 'zod'
import { inCrd } from '../../api/crd-facts.ts'

/** Everything that `spec.provider.fake` may hold (external-secrets.md 7.6). */
export const fakeConfig = z.object({
  data: z
    .array(
      z.object({
        key: z.string().describe('Name of the secret.'),
        value: z.string().describe('What it holds.'),
        version: z.string().optional().describe('Version; a reference must ask for exactly this one.'),
      }),
    )
    .describe('The secrets.'),
  validationResult: inCrd(
    z.int().min(0).max(2).optional().describe('What a check of the store gives: 0 ready, 1 unknown, 2 error.'),
    { instead: { type: 'integer' }, v1Only: true },
  ),
})

export type FakeConfig = z.output<typeof fakeConfig>
