import './jitless.ts'
import * as z from 'zod'
import { internalsOf } from './internals-of.ts'
import { fail, type Pass, type Read } from './pass.ts'
import { isPlainObject } from './plain-object.ts'
import { unknownField } from './unknown-field.ts'

/** Finding the name that was meant takes time: of one object's unknown fields so many get it. Reports show fewer. */
const MAX_EXPLAINED = 100

/** A field that has to be in the output even when it is not in the input. */
interface Mandatory {
  readonly name: string
  /** Undefined when there is none: the field is required. */
  readonly fallback: (() => unknown) | undefined
}

/** Reads an object of known fields; all others are warnings unless the schema takes them. `compile` makes the readers of the fields. */
export function objectReader(schema: z.ZodObject, compile: (schema: z.core.$ZodType) => Read): Read {
  const { catchall } = schema.def
  const shape = Object.entries(schema.shape)
  const fields = new Map(shape.map(([name, schema]) => [name, compile(schema)]))
  const mandatory = shape.flatMap(([name, schema]) => mandatoryField(name, schema))
  const readOther = catchall && compile(catchall)
  const names = [...fields.keys()]

  return (value, pass) => {
    if (!isPlainObject(value)) return fail(pass)
    const output: Record<string, unknown> = {}
    for (const name of Object.keys(value)) {
      const read = fields.get(name) ?? readOther
      if (read) readField(name, read, value[name], output, pass)
      else warn(name, names, pass)
    }
    for (const { name, fallback } of mandatory) {
      if (Object.hasOwn(output, name)) continue
      if (fallback) assign(output, name, fallback())
      else fail(pass)
    }
    return output
  }
}

function readField(name: string, read: Read, item: unknown, output: Record<string, unknown>, pass: Pass): void {
  if (item === null || item === undefined || name === '__proto__') return
  pass.path.push(name)
  assign(output, name, read(item, pass))
  pass.path.pop()
}

function assign(output: Record<string, unknown>, name: string, value: unknown): void {
  if (value !== undefined) output[name] = value
}

function warn(name: string, known: readonly string[], pass: Pass): void {
  pass.warnings.push(unknownField([...pass.path, name], pass.warnings.length < MAX_EXPLAINED ? known : []))
}

function mandatoryField(name: string, schema: z.core.$ZodType): readonly Mandatory[] {
  const { optin } = internalsOf(schema)
  if (optin === undefined) return [{ name, fallback: undefined }]
  if (schema instanceof z.ZodDefault) return [{ name, fallback: () => schema.def.defaultValue }]
  if (schema instanceof z.ZodOptional && optin === 'optional') return []
  return [{ name, fallback: () => z.safeParse(schema, undefined, { jitless: true }).data }]
}
