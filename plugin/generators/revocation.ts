import type * as z from 'zod'
import { SecretError } from '../model/secret-error.ts'

/** What a kept state describes. Throws SecretError InvalidSpec for one that its generator did not make. */
export function stateOf<State>(schema: z.ZodType<State>, described: unknown): State {
  const { success, data } = schema.safeParse(described)
  if (success) return data
  throw new SecretError('InvalidSpec', 'the state does not describe what this generator makes', {
    place: { field: 'spec.state' },
    remedy: 'revoke by hand what it stands for, and remove the finalizer of the GeneratorState',
  })
}

/** Revoking what the other party no longer has is no failure. */
export async function unlessGone(revocation: Promise<void>): Promise<void> {
  try {
    await revocation
  } catch (thrown) {
    if (!(thrown instanceof SecretError) || thrown.kind !== 'NotFound') throw thrown
  }
}
