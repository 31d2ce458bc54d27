import type { Explanation } from '../../argocd/explain/explain-manifests.ts'
import { problemFacts } from './problem-facts.ts'

/** Raised with every change that a reader could stumble over; new fields alone are none. */
const SHAPE_VERSION = 1

/** The same as one JSON object, for programs (docs/explain.md). */
export function explanationJson({ secrets, others, problems, locate }: Explanation): string {
  const facts = { version: SHAPE_VERSION, secrets, others, problems: problems.map((problem) => problemFacts(problem, locate)) }
  return `${JSON.stringify(facts, undefined, 2)}\n`
}
