import { quoteName } from '../../model/quote-name.ts'
import { isPlainObject, type PlainObject } from '../plain-object.ts'
import type { FieldProblem } from '../reading.ts'
import { type Definition, definitionOf, type NamedSchemas } from './definition-of.ts'
import { metadataViolations } from './metadata-violations.ts'
import { schemaViolations } from './schema-violations.ts'

/** Everything for which an API server with ESO's definitions refuses to create an object; nothing where it takes it. */
export type ApiServerProblems = (object: unknown) => readonly FieldProblem[]

/**
 * Asks as if v1beta1 were served: types, required fields, enums, patterns, bounds and CEL of ESO's definitions, and the rules of Kubernetes for
 * metadata; not what ESO's webhook says. Never throws, whatever the object is.
 */
export function apiServerProblems(schemas: NamedSchemas): ApiServerProblems {
  const known = new Map<string, Definition | undefined>()
  return (object) => {
    if (!isPlainObject(object)) return [{ path: [], message: 'is no object' }]
    const [apiVersion, kind] = [textOf(object, 'apiVersion'), textOf(object, 'kind')]
    const name = `${apiVersion} ${kind}`
    if (!known.has(name)) known.set(name, definitionOf(apiVersion, kind, schemas))
    const definition = known.get(name)
    return definition ? problemsOf(object, definition) : [unknownKind(apiVersion, kind)]
  }
}

function problemsOf(object: PlainObject, { isNamespaced, spec }: Definition): readonly FieldProblem[] {
  const given = object['spec']
  return [
    ...metadataViolations(object['metadata'], isNamespaced),
    ...(given === undefined || given === null ? [] : schemaViolations(given, spec, ['spec'])),
  ]
}

function unknownKind(apiVersion: string, kind: string): FieldProblem {
  return { path: ['kind'], message: `is ${quoteName(kind)}, which is no kind of ${quoteName(apiVersion)}` }
}

function textOf(object: PlainObject, field: string): string {
  const text = object[field]
  return typeof text === 'string' ? text : ''
}
