import './jitless.ts'
import * as z from 'zod'
// Not by z.core: a bundle would then hold all of it, messages in fifty languages included.
import { $ZodCheckMaxLength, $ZodCheckMinLength, $ZodCheckRegex } from 'zod/v4/core'
import { type FieldFacts, factsOf } from './documented.ts'
import { internalsOf } from './internals-of.ts'
import { objectReader } from './object-reader.ts'
import { fail, newPass, type Pass, type Read } from './pass.ts'
import { isPlainObject, withoutNulls } from './plain-object.ts'

type Schema = z.core.$ZodType

const compiled = new WeakMap<Schema, Read>()

/**
 * A reader that is derived from `schema`, for what zod does not do: it notes unknown fields and takes null for absent, as the Kubernetes API does.
 * And for speed: it walks the common types of schemas itself in a fraction of zod's time and hands all others to zod. It may call a value invalid
 * that zod accepts (zod then has the last word), never the other way round.
 */
export function compileReader(schema: Schema): Read {
  const known = compiled.get(schema)
  if (known) return known
  const structure = structureReader(schema)
  const plain = structure && !hasOwnChecks(schema) ? structure : throughZod(schema, structure)
  const facts = factsOf(schema)
  const read = facts ? marking(facts, plain) : plain
  compiled.set(schema, read)
  return read
}

/** Undefined for the types that are left to zod. */
function structureReader(schema: Schema): Read | undefined {
  if (schema instanceof z.ZodString) return stringReader(schema)
  if (schema instanceof z.ZodObject) return objectReader(schema, compileReader)
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return compileReader(schema.unwrap())
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodReadonly) return compileReader(schema.unwrap())
  if (schema instanceof z.ZodEnum) return memberReader(new Set<unknown>(schema.options))
  if (schema instanceof z.ZodLiteral) return memberReader(schema.values)
  if (schema instanceof z.ZodArray) return arrayReader(compileReader(schema.element))
  if (schema instanceof z.ZodRecord) return recordReader(schema)
  if (schema instanceof z.ZodBoolean) return (value, pass) => (typeof value === 'boolean' ? value : fail(pass))
  if (schema instanceof z.ZodUnknown || schema instanceof z.ZodAny) return (value) => value
  if (schema instanceof z.ZodUnion && takesFirstFit(schema)) return unionReader(schema.options.map(compileReader))
  if (schema instanceof z.ZodLazy) return (value, pass) => compileReader(schema.unwrap())(value, pass)
  return undefined
}

/** Not so a union of which exactly one option has to fit. */
function takesFirstFit(schema: z.ZodUnion): boolean {
  return schema instanceof z.ZodDiscriminatedUnion || schema.def.inclusive !== false
}

/** Checks that zod has to run; those of strings are part of {@link stringReader}. */
function hasOwnChecks(schema: Schema): boolean {
  const { def } = internalsOf(schema)
  const coerces = 'coerce' in def && def.coerce === true
  return coerces || (def.type !== 'string' && (def.checks?.length ?? 0) > 0)
}

function marking(facts: FieldFacts, read: Read): Read {
  return (value, pass) => {
    pass.marked.push({ path: [...pass.path], facts, value })
    return read(value, pass)
  }
}

/** zod decides and gives the value; `structure`, where there is one, still notes what zod does not. */
function throughZod(schema: Schema, structure: Read | undefined): Read {
  return (value, pass) => {
    const before = pass.invalid
    structure?.(value, pass)
    pass.invalid = before
    const result = z.safeParse(schema, withoutNulls(value), { jitless: true })
    return result.success ? result.data : fail(pass)
  }
}

function memberReader(members: ReadonlySet<unknown>): Read {
  return (value, pass) => (members.has(value) ? value : fail(pass))
}

function stringReader(schema: z.ZodString): Read | undefined {
  const tests = (schema.def.checks ?? []).map(stringTest)
  if (!tests.every((test) => test !== undefined)) return undefined
  return (value, pass) => (typeof value === 'string' && tests.every((test) => test(value)) ? value : fail(pass))
}

/** zod counts code points, of which there are never more than UTF-16 units and at least one in a string that is not empty. */
function stringTest(check: z.core.$ZodCheck): ((text: string) => boolean) | undefined {
  if (check instanceof $ZodCheckMaxLength) {
    const { maximum } = internalsOf(check).def
    return (text) => text.length <= maximum
  }
  if (check instanceof $ZodCheckMinLength) {
    const { minimum } = internalsOf(check).def
    return minimum <= 1 ? (text) => text.length >= minimum : undefined
  }
  if (check instanceof $ZodCheckRegex) {
    const { pattern } = internalsOf(check).def
    return pattern.global || pattern.sticky ? undefined : (text) => pattern.test(text)
  }
  return undefined
}

function arrayReader(read: Read): Read {
  return (value, pass) => {
    if (!Array.isArray(value)) return fail(pass)
    return value.map((item: unknown, index) => readAt(index, read, item, pass))
  }
}

function recordReader({ keyType, valueType, def }: z.ZodRecord): Read | undefined {
  if (!(keyType instanceof z.ZodString) || def.mode === 'loose') return undefined
  const readKey = compileReader(keyType)
  const readValue = compileReader(valueType)
  return (value, pass) => {
    if (!isPlainObject(value)) return fail(pass)
    const output: Record<string, unknown> = {}
    for (const key of Object.keys(value)) {
      if (key === '__proto__') {
        pass.problems.push({
          path: [...pass.path, key],
          message: 'is no key that can be used here',
          remedy: 'choose another name',
        })
        continue
      }
      const item = value[key]
      if (item === null || item === undefined) continue
      readKey(key, pass)
      output[key] = readAt(key, readValue, item, pass)
    }
    return output
  }
}

/** The first option that fits, as in zod; what the others had to say is forgotten. */
function unionReader(options: readonly Read[]): Read {
  return (value, pass) => {
    for (const read of options) {
      const trial = newPass(pass.path)
      const output = read(value, trial)
      if (trial.invalid) continue
      pass.problems.push(...trial.problems)
      pass.warnings.push(...trial.warnings)
      pass.marked.push(...trial.marked)
      return output
    }
    return fail(pass)
  }
}

function readAt(step: string | number, read: Read, value: unknown, pass: Pass): unknown {
  pass.path.push(step)
  const output = read(value, pass)
  pass.path.pop()
  return output
}
