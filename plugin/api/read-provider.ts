import { NOT_IMPLEMENTED } from '../model/not-implemented.ts'
import './jitless.ts'
import * as z from 'zod'
import { isKnownOnly } from './known-only.ts'
import { knownProviders } from './known-providers.ts'
import { nearestName } from './nearest-name.ts'
import type { MarkedField } from './pass.ts'
import { isPlainObject } from './plain-object.ts'
import { readObject } from './read-object.ts'
import type { FieldProblem } from './reading.ts'

/** What `spec.provider` of a store comes to. */
export interface ProviderReading {
  /** By the provider's name; what no schema was given for is there as it was written. */
  readonly value: Readonly<Record<string, unknown>>
  readonly problems: readonly FieldProblem[]
  readonly warnings: readonly FieldProblem[]
  readonly marked: readonly MarkedField[]
}

/** The configuration of a provider without a schema here. */
const ANYTHING = z.looseObject({})

/** Reads `spec.provider`: exactly one known name, whose configuration fits its schema. A known provider without a schema here is a warning. */
export function readProvider(provider: unknown, schemas: ReadonlyMap<string, z.ZodType>): ProviderReading {
  const entries = isPlainObject(provider) ? Object.entries(provider).filter(([, config]) => config !== null) : []
  const readings = entries.map(([id, config]) => readConfig(id, config, schemas))
  return {
    value: Object.fromEntries(entries.map(([id], index) => [id, readings[index]?.value])),
    problems: [...countProblems(entries.map(([id]) => id)), ...readings.flatMap((reading) => reading.problems)],
    warnings: readings.flatMap((reading) => reading.warnings),
    marked: readings.flatMap((reading) => reading.marked),
  }
}

function readConfig(id: string, config: unknown, schemas: ReadonlyMap<string, z.ZodType>) {
  const path = ['spec', 'provider', id]
  const schema = schemas.get(id)
  if (schema && !isKnownOnly(schema)) return readObject(schema, config, path)
  const nothing = { value: config, problems: [], warnings: [], marked: [] }
  if (!knownProviders.has(id)) return { ...nothing, problems: [unknownProvider(id)] }
  if (!isPlainObject(config)) return readObject(ANYTHING, config, path)
  const warning = { path, message: NOT_IMPLEMENTED, remedy: 'leave its secrets to ESO' }
  const { problems, warnings } = schema ? readObject(schema, config, path) : nothing
  return { ...nothing, problems, warnings: [warning, ...warnings] }
}

/** external-secrets.md 5.1, in ESO's words. */
function countProblems(ids: readonly string[]): readonly FieldProblem[] {
  if (ids.length === 1) return []
  const message = `secret stores must only have exactly one backend specified, found ${ids.length}`
  const remedy =
    ids.length === 0 ? 'name the provider, such as aws, azurekv, gcpsm or vault' : `keep one of ${ids.slice(0, 5).join(', ')}`
  return [{ path: ['spec', 'provider'], message, remedy }]
}

function unknownProvider(id: string): FieldProblem {
  const known = [...knownProviders].toSorted()
  const nearest = nearestName(id, known)
  return {
    path: ['spec', 'provider', id],
    message: `is no provider; known are ${known.join(', ')}`,
    ...(nearest && { remedy: `write ${nearest}` }),
  }
}
