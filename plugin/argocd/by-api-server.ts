import { apiServerProblems } from '../api/api-server/api-server-problems.ts'
import { generatorKindOf } from '../api/read-generator.ts'
import type { FieldProblem } from '../api/reading.ts'
import type { Place, SecretError } from '../model/secret-error.ts'
import type { ManifestObject } from '../stream/manifest-document.ts'
import { asInvalidSpec } from './as-invalid-spec.ts'
import type { Inventory } from './inventory.ts'
import type { ObjectSchemas } from './object-schemas.ts'
import { placeOf } from './place-of.ts'

/** What the readers found, told apart by what an API server with ESO's definitions says of the object. */
export interface ByApiServer {
  /** Of objects that it refuses, in the readers' words where they have some, and of documents that hold no object. */
  readonly refused: readonly SecretError[]
  /** Of objects that it takes, although they can never work. */
  readonly doubted: readonly SecretError[]
}

/** Sorts the problems of an inventory, and adds what the readers do not mind: they take more than the definitions in some places, and less in others. */
export async function byApiServer({ objects, problems }: Inventory, schemas: ObjectSchemas): Promise<ByApiServer> {
  const refusals = await refusalsOf(objects, schemas)
  const isTaken = ({ place }: SecretError): boolean => refusals.get(objectKey(place))?.length === 0
  const refused = problems.filter((problem) => !isTaken(problem))
  const said = new Set(refused.map(({ place }) => fieldKey(place)))
  const unsaid = objects
    .flatMap((object) => {
      const place = placeOf(object)
      return (refusals.get(objectKey(place)) ?? []).map((problem) => asInvalidSpec(problem, place))
    })
    .filter(({ place }) => !said.has(fieldKey(place)))
  return { refused: [...refused, ...unsaid], doubted: problems.filter(isTaken) }
}

async function refusalsOf(
  objects: readonly ManifestObject[],
  schemas: ObjectSchemas,
): Promise<ReadonlyMap<string, readonly FieldProblem[]>> {
  const values = objects.map(({ value }) => value)
  const generators = await schemas.generators(values.map(generatorKindOf))
  const { knownGeneratorSpecs } = await import('../api/known/known-generator-specs.ts')
  const problemsOf = apiServerProblems({
    providers: await schemas.providers(values),
    generators: new Map([...knownGeneratorSpecs, ...Array.from(generators, ([kind, { spec }]) => [kind, spec] as const)]),
  })
  return new Map(objects.map((object) => [objectKey(placeOf(object)), problemsOf(object.value)]))
}

function objectKey({ file, line, object }: Place): string {
  return JSON.stringify([file, line, object])
}

function fieldKey(place: Place): string {
  return JSON.stringify([objectKey(place), place.field])
}
