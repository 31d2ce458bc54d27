import type { FieldProblem } from '../api/reading.ts'
import { parseBySchema } from '../api/schema-problems.ts'
import { type FieldPath, fieldName } from '../model/field-path.ts'
import { type Place, SecretError } from '../model/secret-error.ts'
import { lineOf } from '../stream/line-of.ts'
import type { ManifestObject } from '../stream/manifest-document.ts'
import { readObjects } from '../stream/read-objects.ts'
import { splitManifests } from '../stream/split-manifests.ts'
import { POLICY_API_VERSION, POLICY_KIND, type PolicyDocument, policySchema } from './policy-schema.ts'

/** A document of the folder: what it says, and where each field stands. */
export interface PolicyObject {
  readonly document: PolicyDocument
  readonly place: (path: FieldPath) => Place
}

const UNSAID: FieldProblem = { path: [], message: 'is not valid' }

/** The policies of one file. Throws a SecretError InvalidSpec for the first thing that is wrong, with file, line and field. */
export function policyObjects(file: string, bytes: Uint8Array): readonly PolicyObject[] {
  return splitManifests(file, bytes).documents.flatMap((source) => {
    const { objects, problems, warnings } = readObjects(source)
    if (problems[0]) throw problems[0]
    // A key that is given twice: one of the two would count for nothing.
    if (warnings[0]) throw new SecretError('InvalidSpec', warnings[0].message, { place: warnings[0].place })
    if (objects.length === 0 && !isBlank(source.source)) {
      throw noPolicy({ file, line: source.line })
    }
    return objects.map(policyObject)
  })
}

/** Nothing but comments. */
function isBlank(source: string): boolean {
  return source.split(/[\r\n]/).every((line) => /^\s*(#|$)/.test(line))
}

function policyObject(object: ManifestObject): PolicyObject {
  const place = placeIn(object)
  if (object.apiVersion !== POLICY_API_VERSION || object.kind !== POLICY_KIND) throw noPolicy(place(['kind']))
  const parsed = policySchema.safeParse(object.value)
  if (parsed.success) return { document: parsed.data, place }
  const { problems } = parseBySchema(policySchema, object.value, [])
  const { path, message, remedy = 'see docs/policy.md for the fields of a policy' } = problems[0] ?? UNSAID
  throw new SecretError('InvalidSpec', message, { place: place(path), remedy })
}

function noPolicy(place: Place): SecretError {
  return new SecretError('InvalidSpec', `is no ${POLICY_KIND} of ${POLICY_API_VERSION}`, {
    place,
    remedy: 'keep other files out of the policy folder',
  })
}

function placeIn({ document, name, path: base }: ManifestObject): PolicyObject['place'] {
  return (path) => ({
    file: document.file,
    line: lineOf(document, [...base, ...path]),
    object: `${POLICY_KIND} ${name ?? ''}`,
    field: fieldName(path),
  })
}
