import { templateNameOf } from '../../api/annotations.ts'
import { jsonLikeObject, plainObject } from '../../expansion/closed-object.ts'
import type { ExternalSecretInput } from '../../expansion/external-secret-input.ts'
import { objectProblems } from '../../expansion/object-checks.ts'
import { objectPathProblems } from '../../expansion/object-paths.ts'
import { freshObject, renderObject } from '../../expansion/render-object.ts'
import { settled } from '../../expansion/settled.ts'
import type { TemplateSource } from '../../expansion/template-source.ts'
import type { SecretError } from '../../model/secret-error.ts'
import type { SecretValue } from '../../model/secret-value.ts'
import type { GenericObject } from './generic-object.ts'
import { problemText } from './problem-text.ts'
import { clusterMetadata, shapingTools, type TemplatingTools } from './shaping-tools.ts'
import { SyncFailure } from './sync-failure.ts'

/** The object that templates and values make, over the live one where it is merged into. Throws SyncFailure `shapeObject`. */
export type ShapeObject = (existing: GenericObject | undefined) => Promise<GenericObject>

/** For one pass over an ExternalSecret that makes another object than a Secret (external-secrets.md 2.5, 4.12). */
export async function objectShaper(
  input: ExternalSecretInput,
  data: ReadonlyMap<string, SecretValue>,
  templates: TemplateSource,
  tools: TemplatingTools,
  signal: AbortSignal,
): Promise<ShapeObject> {
  if (templateNameOf(input.resource) !== undefined)
    throw new SyncFailure(
      'shapeObject',
      'the annotation template picks the shape of a Secret, and spec.target.manifest asks for another object',
    )
  refuse(objectPathProblems(input))
  const { renderTools, runs } = await shapingTools(input, templates, tools, undefined)
  return async (existing) => {
    const base = existing ? jsonLikeObject(merged(existing, input)) : freshObject(input, clusterMetadata(input.resource))
    const rendered = await settled(() => renderObject(input, data, base, renderTools), runs, signal)
    if (!rendered.ok) throw failure(rendered.problems)
    refuse(objectProblems(input, rendered.object))
    return asKubeObject(plainObject(rendered.object.reveal()))
  }
}

/** Labels and annotations are written over those that are there. */
function merged(existing: GenericObject, { resource }: ExternalSecretInput): GenericObject {
  const { managedFields: _, ...metadata } = existing.metadata
  const { labels, annotations } = clusterMetadata(resource)
  return {
    ...existing,
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, ...Object.fromEntries(labels) },
      annotations: { ...metadata.annotations, ...Object.fromEntries(annotations) },
    },
  }
}

function refuse(problems: readonly SecretError[]): void {
  if (problems.length > 0) throw failure(problems)
}

function failure(problems: readonly SecretError[]): SyncFailure {
  return new SyncFailure('shapeObject', `could not apply template: ${problemText(problems)}`)
}

/** What it starts with says who it is. An integer that a double cannot hold, of a template or of the live object, would be written as another. */
function asKubeObject(object: Readonly<Record<string, unknown>>): GenericObject {
  const { metadata } = object
  if (!isMetadata(metadata)) throw new SyncFailure('shapeObject', 'the object has no name')
  if (holdsLargeInteger(object))
    throw new SyncFailure(
      'shapeObject',
      'the object has an integer of more than 53 bits, which would be rounded: put it in quotes',
    )
  return { ...object, metadata }
}

function isMetadata(value: unknown): value is GenericObject['metadata'] {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string'
}

function holdsLargeInteger(value: unknown): boolean {
  if (typeof value === 'bigint') return true
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value)
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsLargeInteger)
}
