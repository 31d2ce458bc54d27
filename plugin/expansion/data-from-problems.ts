import { type FieldPath, fieldName } from '../model/field-path.ts'
import { asSecretError, type SecretError } from '../model/secret-error.ts'
import type { Steps } from '../model/turns.ts'
import { compiledName } from './compiled-name.ts'
import type { ExternalSecretInput } from './external-secret-input.ts'
import { type RewriteTools, unreadableOperation } from './rewrite.ts'
import { rewriteProblem } from './rewrite-problem.ts'

/**
 * Expressions and templates of `dataFrom` that cannot be read, before anything is fetched for them: each is compiled and none is run. A step an
 * ExternalSecret.
 */
export function* dataFromProblemSteps(
  inputs: readonly ExternalSecretInput[],
  tools: RewriteTools,
): Steps<readonly SecretError[]> {
  const problems: SecretError[] = []
  for (const input of inputs) {
    for (const problem of problemsOf(input, tools)) problems.push(problem.at(input.place))
    yield
  }
  return problems
}

function problemsOf({ resource }: ExternalSecretInput, tools: RewriteTools): readonly SecretError[] {
  return (resource.spec.dataFrom ?? []).flatMap(({ find, rewrite = [] }, index) => {
    const entry = ['spec', 'dataFrom', index]
    const name = find?.name?.regexp
    return [
      ...(name === undefined ? [] : nameProblems(name, [...entry, 'find', 'name', 'regexp'])),
      ...rewrite.flatMap((operation, position) => {
        const error = unreadableOperation(operation, position, tools)
        return error ? [rewriteProblem(error, entry)] : []
      }),
    ]
  })
}

function nameProblems(expression: string, path: FieldPath): readonly SecretError[] {
  try {
    compiledName(expression)
    return []
  } catch (thrown) {
    return [asSecretError(thrown).at({ field: fieldName(path) })]
  }
}
