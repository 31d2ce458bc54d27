import { createHash } from 'node:crypto'
import type { RandomSource } from '../../templates/engine.ts'
import type { SecretValue } from '../model/secret-value.ts'
import { derivedStream } from './derived-stream.ts'
import { inByteOrder } from './in-byte-order.ts'

/** What a random value depends on beside the seed (R13): as long as all of it stays, so does the value. */
export interface StreamOrigin {
  /** Argo CD's; empty on the command line. */
  readonly project: string
  readonly namespace: string
  readonly object: string
  /** The field that holds the template. */
  readonly field: string
  /** The place in the template, as its engine names it. */
  readonly position: string
  /** {@link digestOf} the values that the template is given. */
  readonly inputs: string
}

const VERSION = 'argocd-external-secrets/template-stream/1:'

/** What a random function of a template draws from. */
export function seededStream(seed: SecretValue, origin: StreamOrigin): RandomSource {
  const { project, namespace, object, field, position, inputs } = origin
  return derivedStream(seed, VERSION, [project, namespace, object, field, position, inputs])
}

/** SHA-256 over names and values in the order of the names, each behind its length. */
export function digestOf(values: ReadonlyMap<string, SecretValue>): string {
  const hash = createHash('sha256')
  for (const [name, value] of inByteOrder(values)) {
    for (const bytes of [Buffer.from(name), value.reveal()]) hash.update(`${bytes.byteLength}:`).update(bytes)
  }
  return hash.digest('hex')
}
