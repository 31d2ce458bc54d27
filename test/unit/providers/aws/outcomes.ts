import assert from 'node:assert/strict'
import type { RemoteRef } from '../../../../plugin/model/remote-ref.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import type { Outcome, SecretReader } from '../../../../plugin/providers/secret-reader.ts'

const LIMIT_MS = 30_000

export function current(key: string): RemoteRef {
  return { key, part: 'value' }
}

export function at(key: string, version: string): RemoteRef {
  return { key, part: 'value', version }
}

export function tags(key: string): RemoteRef {
  return { key, part: 'metadata' }
}

/** Fetches, and closes the reader. */
export async function fetchOnce(reader: SecretReader, ...refs: RemoteRef[]): Promise<readonly Outcome[]> {
  try {
    return await reader.fetch(refs, AbortSignal.timeout(LIMIT_MS))
  } finally {
    await reader.close()
  }
}

export function textOf(outcome: Outcome | undefined): string {
  assert.ok(outcome?.ok, outcome?.ok === false ? `${outcome.error.kind}: ${outcome.error.message}` : 'no outcome')
  return new TextDecoder().decode(outcome.secret.value.reveal())
}

export function errorOf(outcome: Outcome | undefined): SecretError {
  assert.ok(outcome?.ok === false, 'an outcome that failed')
  return outcome.error
}

/** The failure of the whole fetch, or of its one reference. */
export async function failureOf(
  reader: SecretReader | Promise<SecretReader>,
  ref: RemoteRef = current('db'),
): Promise<SecretError> {
  try {
    const [outcome] = await fetchOnce(await reader, ref)
    return errorOf(outcome)
  } catch (thrown) {
    assert.ok(thrown instanceof SecretError, String(thrown))
    return thrown
  }
}
