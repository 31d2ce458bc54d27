import '../jitless.ts'
import * as z from 'zod'
import { storeSpecSchema } from '../store.ts'
import { textOrNot } from './notation.ts'
import { beyondtrustworkloadcredentials } from './password-managers.ts'

const dynamicSecret = z.object({
  controller: textOrNot,
  provider: beyondtrustworkloadcredentials,
  retrySettings: storeSpecSchema.shape.retrySettings,
})

/** What ESO's definition wants of the spec of a generator that this program does not implement (external-secrets.md 6.4), by its kind. */
export const knownGeneratorSpecs: ReadonlyMap<string, z.ZodType> = new Map([
  ['BeyondtrustWorkloadCredentialsDynamicSecret', dynamicSecret],
])
