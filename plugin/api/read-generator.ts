import { NOT_IMPLEMENTED } from '../model/not-implemented.ts'
import './jitless.ts'
import * as z from 'zod'
import { clusterGeneratorSchema, type GeneratorResource, generatorSchema } from './generator.ts'
import { clusterGeneratorField, type GeneratorKind } from './generator-kinds.ts'
import { readObject } from './read-object.ts'
import type { FieldProblem, Reading } from './reading.ts'

/** The spec of a kind without a schema here. */
const ANYTHING = z.looseObject({})

/**
 * Reads a manifest's generator or ClusterGenerator (external-secrets.md 6.4). `specs`: what each implemented kind may hold, at least those that
 * {@link generatorKindOf} names; other kinds of ESO's are known but not implemented, which is a warning. Never throws, whatever the value is.
 */
export function readGenerator(value: unknown, specs: ReadonlyMap<string, z.ZodType>): Reading<GeneratorResource> {
  return fieldOf(value, 'kind') === 'ClusterGenerator' ? readClusterGenerator(value, specs) : readNamespaced(value, specs)
}

/** The kind that generates, as it is written: of a ClusterGenerator the one in its spec. */
export function generatorKindOf(value: unknown): unknown {
  const kind = fieldOf(value, 'kind')
  return kind === 'ClusterGenerator' ? fieldOf(fieldOf(value, 'spec'), 'kind') : kind
}

function readNamespaced(value: unknown, specs: ReadonlyMap<string, z.ZodType>): Reading<GeneratorResource> {
  const { value: object, problems, warnings } = readObject(generatorSchema, value)
  if (!object) return { problems, warnings }
  const { kind, metadata, spec } = object
  return readSpec({ objectKind: kind, metadata, kind, spec, specPath: ['spec'] }, specs, warnings)
}

function readClusterGenerator(value: unknown, specs: ReadonlyMap<string, z.ZodType>): Reading<GeneratorResource> {
  const { value: object, problems, warnings } = readObject(clusterGeneratorSchema, value)
  if (!object) return { problems, warnings }
  const { kind, generator } = object.spec
  const given = Object.keys(generator)
  const path = ['spec', 'generator']
  if (given.length !== 1) return { problems: [notOne(path, given, kind)], warnings }
  const field = clusterGeneratorField(kind)
  if (!Object.hasOwn(generator, field)) return { problems: [otherSpec(path, kind, given[0] ?? '')], warnings }
  const { metadata } = object
  const resource = { objectKind: 'ClusterGenerator' as const, metadata, kind, spec: generator[field], specPath: [...path, field] }
  return readSpec(resource, specs, warnings)
}

function readSpec(
  resource: GeneratorResource,
  specs: ReadonlyMap<string, z.ZodType>,
  before: readonly FieldProblem[],
): Reading<GeneratorResource> {
  const { kind, spec = {}, specPath } = resource
  const schema = specs.get(kind)
  const { value, problems, warnings } = readObject(schema ?? ANYTHING, spec, specPath)
  const unknown = schema ? [] : [notImplemented(resource)]
  return {
    ...(problems.length === 0 && { value: { ...resource, spec: value } }),
    problems,
    warnings: [...before, ...warnings, ...unknown],
  }
}

function notImplemented({ specPath }: GeneratorResource): FieldProblem {
  const path = specPath.length > 1 ? ['spec', 'kind'] : ['kind']
  return { path, message: NOT_IMPLEMENTED, remedy: 'leave its secrets to ESO' }
}

function notOne(path: readonly string[], given: readonly string[], kind: GeneratorKind): FieldProblem {
  const message = given.length === 0 ? 'is empty; expected the spec of one kind' : `has ${given.join(' and ')}; expected only one`
  return { path, message, remedy: `keep ${clusterGeneratorField(kind)}` }
}

/** In ESO's words. */
function otherSpec(path: readonly string[], kind: GeneratorKind, given: string): FieldProblem {
  const field = clusterGeneratorField(kind)
  return { path, message: `has ${given}; when kind is ${kind}, ${field} must be set`, remedy: `write ${field}` }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined
}
