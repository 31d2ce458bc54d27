import './jitless.ts'
import * as z from 'zod'
import { EXACTLY_ONE, inCrd } from './crd-facts.ts'
import { documented } from './documented.ts'

/** `spec.dataFrom[].rewrite[]`: one operation on the keys, exactly one of the three (external-secrets.md 2.8). */
export const rewriteSchema = inCrd(
  documented(
    z.object({
      regexp: documented(
        z
          .object({
            source: documented(z.string(), 'RE2 expression; all its matches in a key are replaced.'),
            target: documented(z.string(), 'The replacement; "$1" and "${name}" stand for groups.'),
          })
          .optional(),
        'Replaces what matches an expression.',
      ),
      transform: documented(
        z
          .object({ template: documented(z.string(), 'Go template whose output is the new key; ".value" is the old one.') })
          .optional(),
        'Computes keys by a template.',
      ),
      merge: documented(
        z
          .object({
            into: documented(z.string().default(''), 'Key of the merged object; strategy JSON needs it.'),
            priority: documented(z.array(z.string()).optional(), 'Keys whose values win over all others, the last one most.'),
            priorityPolicy: documented(
              z.enum(['Strict', 'IgnoreNotFound']).default('Strict'),
              'Whether a key of "priority" that does not exist is an error.',
            ),
            conflictPolicy: documented(
              z.enum(['Error', 'Ignore']).default('Error'),
              'Whether a field that is in several values is an error.',
            ),
            strategy: documented(
              z.enum(['Extract', 'JSON']).default('Extract'),
              'Whether the merged fields become keys of their own, or one JSON value.',
            ),
          })
          .optional(),
        'Merges values that are JSON objects.',
        { v1Only: true },
      ),
    }),
    'One change of the keys.',
  ),
  { beside: EXACTLY_ONE },
)
