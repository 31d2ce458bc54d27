import { ScopeError } from '../../templates/scopes/scope-error.ts'
import { parseTargetPath } from '../../templates/scopes/target-path.ts'
import { type FieldPath, fieldName } from '../model/field-path.ts'
import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'
import type { ExternalSecretInput } from './external-secret-input.ts'

/** Parts of an object that `templateFrom[].target` names without a path, in any case of letters (external-secrets.md 2.5). */
export const OBJECT_PARTS: ReadonlySet<string> = new Set(['', 'data', 'labels', 'annotations', 'spec'])

/** Who an object is. Whatever has `items` is a list of objects to kubectl and to Argo CD, and each of them would be applied. */
const IDENTITY = new Set(['apiVersion', 'kind', 'items'])
const OPEN_METADATA = new Set(['labels', 'annotations'])

/** Whether the result of a template with this target is metadata, which Argo CD shows (R8). */
export function isMetadataTarget(target: string): boolean {
  const part = target.toLowerCase()
  return part === 'labels' || part === 'annotations' || target.split(/[.[]/)[0] === 'metadata'
}

/**
 * Targets of templates that are no path, or that would make another object of it, known before anything is fetched. Each is an InvalidSpec; none
 * for a Secret.
 */
export function objectPathProblems({ resource, place }: ExternalSecretInput): readonly SecretError[] {
  const { manifest, template } = resource.spec.target
  if (!manifest) return []
  return (template?.templateFrom ?? []).flatMap(({ target }, item) => {
    const path: FieldPath = ['spec', 'target', 'template', 'templateFrom', item, 'target']
    const problem = pathProblem(target)
    return problem ? [problem.at({ ...place, field: fieldName(path) })] : []
  })
}

function pathProblem(target: string): SecretError | undefined {
  if (OBJECT_PARTS.has(target.toLowerCase())) return undefined
  try {
    const [first, second] = parseTargetPath(target)
    const isClosed = IDENTITY.has(String(first)) || (first === 'metadata' && !OPEN_METADATA.has(String(second)))
    return isClosed ? closed(target) : undefined
  } catch (thrown) {
    if (!(thrown instanceof ScopeError)) throw thrown
    return new SecretError('InvalidSpec', thrown.message, { remedy: 'write it as spec.rules[0].name' })
  }
}

function closed(target: string): SecretError {
  return new SecretError('InvalidSpec', `a template may not write ${quoteName(target)}: the object would be another one`, {
    remedy: 'of metadata only labels and annotations may be written',
  })
}
