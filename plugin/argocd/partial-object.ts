import { type ClosedObject, plainObject } from '../expansion/closed-object.ts'
import type { Metadata } from '../expansion/metadata.ts'
import { partialOptions } from './merge-secret.ts'

/** An object with the given fields alone, for a target that is not in the stream: applied server-side, never pruned, never deleted (R6). */
export function partialObject(made: ClosedObject, parts: readonly Pick<Metadata, 'annotations'>[]): object {
  const object = plainObject(made.reveal())
  const metadata = fieldsOf(object['metadata'])
  const annotations = fieldsOf(metadata['annotations'])
  const own = { annotations: new Map(Object.entries(annotations).map(([name, text]) => [name, String(text)])) }
  const [name, options] = partialOptions([...parts, own])
  return { ...object, metadata: { ...metadata, annotations: { ...annotations, [name]: options } } }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
