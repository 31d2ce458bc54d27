import { templateNameOf } from '../api/annotations.ts'
import type { ExternalSecretInput } from './external-secret-input.ts'
import type { LibraryShapes } from './library-shape.ts'
import type { render } from './render.ts'
import type { templateProblemSteps } from './template-problems.ts'

/** What templates need beside their engine. */
export interface Templating {
  readonly templateProblemSteps: typeof templateProblemSteps
  readonly render: typeof render
  /** Only there when an ExternalSecret picks a shape of the library. */
  readonly shapes: LibraryShapes | undefined
}

/** Whether the Secret is anything else than the fetched keys. */
export function isTemplated({ resource }: ExternalSecretInput): boolean {
  return resource.spec.target.template !== undefined || templateNameOf(resource) !== undefined
}

/** Undefined when none of these is templated: a plain ExternalSecret waits for nothing that it does not need. */
export async function loadTemplating(inputs: readonly ExternalSecretInput[]): Promise<Templating | undefined> {
  if (!inputs.some(isTemplated)) return undefined
  const picksShape = inputs.some(({ resource }) => templateNameOf(resource) !== undefined)
  const [{ render }, { templateProblemSteps }, shapes] = await Promise.all([
    import('./render.ts'),
    import('./template-problems.ts'),
    picksShape ? import('./library-shape.ts') : undefined,
  ])
  return { render, templateProblemSteps, shapes }
}
