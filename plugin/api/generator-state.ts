import './jitless.ts'
import * as z from 'zod'
import { inCrd } from './crd-facts.ts'
import type { DeepReadonly } from './deep-readonly.ts'
import { documented } from './documented.ts'

/** `spec` of a GeneratorState (external-secrets.md 6.4). */
export const generatorStateSpecSchema = documented(
  z.object({
    garbageCollectionDeadline: inCrd(
      documented(z.string().optional(), 'When what was made is taken back; without it, it is in use.'),
      { instead: { type: 'string', format: 'date-time' } },
    ),
    resource: inCrd(documented(z.record(z.string(), z.unknown()), 'The generator as it was.'), {
      instead: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    }),
    state: inCrd(documented(z.unknown(), 'What the generator needs to take back what it made.'), {
      instead: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    }),
  }),
  'What was made, by what, and until when it lasts.',
)

export type GeneratorStateSpec = DeepReadonly<z.output<typeof generatorStateSpecSchema>>
