import '../jitless.ts'
import * as z from 'zod'
import { $ZodCheckMaxLength, $ZodCheckMinLength, $ZodCheckRegex } from 'zod/v4/core'
import { crdFactsOf, type StructuralSchema } from '../crd-facts.ts'
import { factsOf } from '../documented.ts'
import { internalsOf } from '../internals-of.ts'

type Schema = z.core.$ZodType

/** Whether a field is in the version that is written; {@link FieldFacts} say since when it is. */
export type IsInVersion = (schema: Schema) => boolean

export const inV1: IsInVersion = () => true

/** external-secrets.md 1: what v1beta1 lacks. */
export const inV1beta1: IsInVersion = (schema) => !factsOf(schema)?.v1Only && !crdFactsOf(schema)?.v1Only

/** Fields of any name and shape are kept: an API server otherwise drops what a schema does not name. */
export const KEPT_AS_IT_IS: StructuralSchema = { 'x-kubernetes-preserve-unknown-fields': true }

/** zod's own bounds of what it calls an int. */
const INT32_MAX = 2 ** 31 - 1

/**
 * What a CRD says of the values that `schema` takes: types, defaults, descriptions, bounds. Throws a TypeError for a type of zod's that no CRD has a
 * word for.
 */
export function structuralSchema(schema: Schema, isIn: IsInVersion = inV1): StructuralSchema {
  const facts = crdFactsOf(schema)
  const isOld = isIn === inV1beta1
  const values = (isOld ? facts?.insteadInV1beta1 : undefined) ?? facts?.instead ?? valuesOf(schema, isIn)
  const { description: inner, ...rest } = values
  const description = z.globalRegistry.get(schema)?.description ?? inner
  const ofVersion = isOld ? facts?.inV1beta1 : facts?.inV1
  return requiringSomething({ ...(description !== undefined && { description }), ...rest, ...facts?.beside, ...ofVersion })
}

/** A list of nothing is no list. */
function requiringSomething(words: StructuralSchema): StructuralSchema {
  const { required, ...others } = words
  return required?.length === 0 ? others : words
}

function valuesOf(schema: Schema, isIn: IsInVersion): StructuralSchema {
  if (schema instanceof z.ZodDefault) return withDefault(structuralSchema(schema.unwrap(), isIn), schema.def.defaultValue)
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodReadonly) return structuralSchema(schema.unwrap(), isIn)
  if (schema instanceof z.ZodNullable) return { ...structuralSchema(schema.unwrap(), isIn), nullable: true }
  if (schema instanceof z.ZodObject) return objectSchema(schema, isIn)
  if (schema instanceof z.ZodRecord) return recordSchema(schema, isIn)
  if (schema instanceof z.ZodArray) return arraySchema(schema, isIn)
  if (schema instanceof z.ZodString) return stringSchema(schema)
  if (schema instanceof z.ZodNumber) return integerSchema(schema)
  if (schema instanceof z.ZodEnum) return { type: 'string', enum: schema.options }
  if (schema instanceof z.ZodBoolean) return { type: 'boolean' }
  if (schema instanceof z.ZodUnknown) return KEPT_AS_IT_IS
  if (schema instanceof z.ZodUnion && isIntOrString(schema)) {
    return { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] }
  }
  throw new TypeError(`no CRD has a word for the type ${internalsOf(schema).def.type}`)
}

function withDefault({ description, type, ...rest }: StructuralSchema, value: unknown): StructuralSchema {
  return { ...(description !== undefined && { description }), ...(type && { type }), default: value, ...rest }
}

function objectSchema(schema: z.ZodObject, isIn: IsInVersion): StructuralSchema {
  const fields = Object.entries(schema.shape).filter(([, field]) => isIn(field))
  const required = fields.filter(([, field]) => isRequired(field)).map(([name]) => name)
  return {
    type: 'object',
    ...(required.length > 0 && { required }),
    ...(fields.length > 0 && {
      properties: Object.fromEntries(fields.map(([name, field]) => [name, structuralSchema(field, isIn)])),
    }),
    ...(schema.def.catchall && KEPT_AS_IT_IS),
  }
}

function isRequired(field: Schema): boolean {
  return internalsOf(field).optin === undefined && !crdFactsOf(field)?.optional
}

function recordSchema(schema: z.ZodRecord, isIn: IsInVersion): StructuralSchema {
  if (schema.valueType instanceof z.ZodUnknown) return { type: 'object', ...KEPT_AS_IT_IS }
  return { type: 'object', additionalProperties: structuralSchema(schema.valueType, isIn) }
}

function arraySchema(schema: z.ZodArray, isIn: IsInVersion): StructuralSchema {
  return { type: 'array', ...bounds(schema, 'minItems', 'maxItems'), items: structuralSchema(schema.element, isIn) }
}

function stringSchema(schema: z.ZodString): StructuralSchema {
  const pattern = (schema.def.checks ?? []).find((check) => check instanceof $ZodCheckRegex)
  return {
    type: 'string',
    ...bounds(schema, 'minLength', 'maxLength'),
    // In JavaScript a slash is escaped; in Go's expressions it need not be.
    ...(pattern && { pattern: internalsOf(pattern).def.pattern?.source.replaceAll('\\/', '/') ?? '' }),
  }
}

function bounds(schema: Schema, least: 'minLength' | 'minItems', most: 'maxLength' | 'maxItems'): StructuralSchema {
  const { checks = [] } = internalsOf(schema).def
  const min = checks.find((check) => check instanceof $ZodCheckMinLength)
  const max = checks.find((check) => check instanceof $ZodCheckMaxLength)
  return {
    ...(min && { [least]: internalsOf(min).def.minimum }),
    ...(max && { [most]: internalsOf(max).def.maximum }),
  }
}

function integerSchema(schema: z.ZodNumber): StructuralSchema {
  const { minValue, maxValue, format } = schema
  if (format !== 'safeint' && format !== 'int32') throw new TypeError('only whole numbers have a word in our CRDs')
  return {
    type: 'integer',
    ...(format === 'int32' && { format }),
    ...(minValue !== null && minValue > -INT32_MAX && { minimum: minValue }),
    ...(maxValue !== null && maxValue < INT32_MAX && { maximum: maxValue }),
  }
}

function isIntOrString({ options }: z.ZodUnion): boolean {
  return (
    options.length === 2 &&
    options.some((option) => option instanceof z.ZodNumber) &&
    options.some((option) => option instanceof z.ZodString)
  )
}
