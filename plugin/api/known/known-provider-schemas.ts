import type * as z from 'zod'
import { knownOnly } from '../known-only.ts'
import { clouds } from './clouds.ts'
import { others } from './others.ts'
import { passwordManagers } from './password-managers.ts'
import { retired } from './retired.ts'
import { secretManagers } from './secret-managers.ts'

const schemas: Readonly<Record<string, z.ZodType>> = { ...clouds, ...others, ...passwordManagers, ...secretManagers, ...retired }

/**
 * What ESO's definition wants of a store whose provider this program does not implement (external-secrets.md Appendix B), by its name; those that
 * only v1beta1 had are among them.
 */
export const knownProviderSchemas: ReadonlyMap<string, z.ZodType> = new Map(
  Object.entries(schemas).map(([id, schema]) => [id, knownOnly(schema)] as const),
)
