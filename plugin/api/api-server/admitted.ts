import type { StructuralSchema } from '../crd-facts.ts'
import { isPlainObject, type PlainObject } from '../plain-object.ts'

/**
 * What an API server looks at of a value that was sent: unknown fields and nulls are dropped, then defaults are filled in (Kubernetes,
 * "Extend the Kubernetes API with CustomResourceDefinitions": pruning, defaulting and nullable).
 */
export function admitted(value: unknown, schema: StructuralSchema): unknown {
  if (Array.isArray(value)) {
    const { items } = schema
    return items ? value.map((item: unknown) => admitted(item, items)) : value
  }
  return isPlainObject(value) ? withDefaults(knownFields(value, schema), schema) : value
}

function knownFields(value: PlainObject, schema: StructuralSchema): PlainObject {
  const { properties = {}, additionalProperties } = schema
  const keepsAll = schema['x-kubernetes-preserve-unknown-fields'] === true
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, item]) => {
      const field = Object.hasOwn(properties, name) ? properties[name] : additionalProperties
      if (!field) return keepsAll ? [[name, item]] : []
      return item === null && !field.nullable ? [] : [[name, admitted(item, field)]]
    }),
  )
}

function withDefaults(value: PlainObject, { properties = {} }: StructuralSchema): PlainObject {
  const missing = Object.entries(properties).filter(([name, field]) => field.default !== undefined && !Object.hasOwn(value, name))
  if (missing.length === 0) return value
  return { ...value, ...Object.fromEntries(missing.map(([name, field]) => [name, field.default])) }
}
