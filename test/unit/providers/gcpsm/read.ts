import type { RemoteRef } from '../../../../plugin/model/remote-ref.ts'
import type { SecretError } from '../../../../plugin/model/secret-error.ts'
import type { SecretReader } from '../../../../plugin/providers/secret-reader.ts'

export interface Seen {
  readonly text?: string
  readonly version?: string
  readonly error?: SecretError
}

/** Reads one reference; a rejection counts like an outcome that failed. Closes the reader. */
export async function readOnce(opening: Promise<SecretReader>, ref: Partial<RemoteRef> & { key: string }): Promise<Seen> {
  let reader: SecretReader | undefined
  try {
    reader = await opening
    const [outcome] = await reader.fetch([{ part: 'value', ...ref }], AbortSignal.timeout(20_000))
    if (outcome?.ok) return { text: new TextDecoder().decode(outcome.secret.value.reveal()), version: outcome.secret.version }
    return outcome ? { error: outcome.error } : {}
  } catch (thrown) {
    return { error: thrown as SecretError }
  } finally {
    await reader?.close()
  }
}
