import type * as z from 'zod'
import type { FieldPath } from '../model/field-path.ts'
import { compileReader } from './compile-reader.ts'
import type { DeepReadonly } from './deep-readonly.ts'
import { type MarkedField, newPass } from './pass.ts'
import { withoutNulls } from './plain-object.ts'
import type { FieldProblem } from './reading.ts'
import { parseBySchema } from './schema-problems.ts'

/** What a schema alone says about a value. */
export interface SchemaReading<Schema extends z.ZodType> {
  /** Undefined when the value does not fit; then there are problems. */
  readonly value: DeepReadonly<z.output<Schema>> | undefined
  readonly problems: readonly FieldProblem[]
  /** Unknown fields. */
  readonly warnings: readonly FieldProblem[]
  readonly marked: readonly MarkedField[]
}

/**
 * Reads `value`, which stands at `path` of its object: types, required fields, defaults; null is absent, unknown fields are warnings.
 * Never throws on what came out of JSON or YAML, and collects every problem.
 */
export function readObject<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  path: FieldPath = [],
): SchemaReading<Schema> {
  const pass = newPass(path)
  const output = compileReader(schema)(value, pass)
  const { warnings, marked } = pass
  const parsed = pass.invalid ? parseBySchema(schema, withoutNulls(value), path) : { value: output, problems: [] }
  const problems = [...pass.problems, ...parsed.problems]
  return { value: isOutput(schema, parsed.value, problems) ? parsed.value : undefined, problems, warnings, marked }
}

/** The reader is derived from the schema: what it gives without a problem is what the schema describes. A property test holds the two together. */
function isOutput<Schema extends z.ZodType>(
  _schema: Schema,
  value: unknown,
  problems: readonly FieldProblem[],
): value is DeepReadonly<z.output<Schema>> {
  return value !== undefined && problems.length === 0
}
