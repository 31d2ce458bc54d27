import type { FieldPath } from '../model/field-path.ts'
import type { ExternalSecret } from './external-secret.ts'
import type { MarkedField } from './pass.ts'
import type { FieldProblem } from './reading.ts'

const COUNTS_HERE = 'while it is read here as in v1'

const SECRET_TARGETS = new Set(['data', 'annotations', 'labels', ''])

/** What a v1beta1 object uses although only v1 has it; ESO would drop or refuse it (external-secrets.md 1). We act on it all the same. */
export function v1beta1Gaps(resource: ExternalSecret, marked: readonly MarkedField[]): readonly FieldProblem[] {
  if (resource.apiVersion !== 'external-secrets.io/v1beta1') return []
  const { target } = resource.spec
  const freeTargets = (target.template?.templateFrom ?? []).flatMap((item, index): FieldPath[] =>
    SECRET_TARGETS.has(item.target.toLowerCase()) ? [] : [['spec', 'target', 'template', 'templateFrom', index, 'target']],
  )
  return [
    ...marked
      .filter(({ facts }) => facts.v1Only)
      .map(({ path }) => gap(path, `is not in external-secrets.io/v1beta1: an API server drops it there, ${COUNTS_HERE}`)),
    ...freeTargets.map((path) =>
      gap(path, `names a path, which an API server refuses in external-secrets.io/v1beta1, ${COUNTS_HERE}`),
    ),
    ...(target.creationPolicy === 'CreateOrMerge'
      ? [
          gap(
            ['spec', 'target', 'creationPolicy'],
            `is CreateOrMerge, which an API server refuses in external-secrets.io/v1beta1, ${COUNTS_HERE}`,
          ),
        ]
      : []),
  ]
}

function gap(path: FieldPath, message: string): FieldProblem {
  return { path, message, remedy: 'write "apiVersion: external-secrets.io/v1"' }
}
