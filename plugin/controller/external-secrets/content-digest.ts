import { createHash } from 'node:crypto'
import { encodedData } from '../../expansion/secret-manifest.ts'
import type { ContentShaped } from './pass-state.ts'

/** Of a digest that stays in memory for every object: so much is enough never to meet the same twice. */
const DIGEST_BYTES = 16

/** Equal for contents that would be written alike; stays in this process. */
export function contentDigest({ content, input, targetKey }: ContentShaped): string {
  const { creationPolicy, immutable } = input.resource.spec.target
  const { data, labels, annotations, finalizers, type } = content
  const said = [
    targetKey.name,
    creationPolicy,
    immutable,
    encodedData(data),
    sorted(labels),
    sorted(annotations),
    finalizers,
    type,
  ]
  return createHash('sha256').update(JSON.stringify(said)).digest().toString('base64', 0, DIGEST_BYTES)
}

function sorted(texts: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  return [...texts].toSorted(([one], [other]) => (one < other ? -1 : 1))
}
