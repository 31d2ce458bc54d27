import type { ExternalSecretInput } from './external-secret-input.ts'
import type { ObjectBases } from './object-bases.ts'
import type { objectProblems } from './object-checks.ts'
import type { objectPathProblems } from './object-paths.ts'
import type { renderObject } from './render-object.ts'

/** What is needed for targets that are no Secrets. */
export interface ObjectTargets {
  readonly objectPathProblems: typeof objectPathProblems
  readonly renderObject: typeof renderObject
  readonly objectProblems: typeof objectProblems
  readonly ObjectBases: typeof ObjectBases
}

/** Undefined when every one of these makes a Secret: most wait for nothing that they do not need. */
export async function loadObjectTargets(inputs: readonly ExternalSecretInput[]): Promise<ObjectTargets | undefined> {
  if (!inputs.some(({ resource }) => resource.spec.target.manifest)) return undefined
  const [{ objectPathProblems }, { renderObject }, { objectProblems }, { ObjectBases }] = await Promise.all([
    import('./object-paths.ts'),
    import('./render-object.ts'),
    import('./object-checks.ts'),
    import('./object-bases.ts'),
  ])
  return { objectPathProblems, renderObject, objectProblems, ObjectBases }
}
