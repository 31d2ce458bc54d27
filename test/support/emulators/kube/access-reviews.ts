import { isObject } from './patches.ts'
import { Refused } from './refused.ts'

export interface AccessRule {
  readonly verbs: readonly string[]
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames?: readonly string[]
}

/** What whoever asks may do, and how an authoriser tells: some cannot list their rules. `forbidden`: nobody may ask. */
export type AccessAnswers = { readonly rules: readonly AccessRule[]; readonly listed?: false } | 'forbidden'

export const EVERYTHING: AccessAnswers = { rules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }] }

const REVIEW_PATH = /^\/apis\/authorization\.k8s\.io\/v1\/(?<review>selfsubject(?:rules|access)reviews)$/

/** Self-subject reviews (Kubernetes API reference); undefined when the request asks for something else. */
export function reviewed(method: string, url: string, body: string, answers: AccessAnswers): object | undefined {
  const { review } = REVIEW_PATH.exec(url)?.groups ?? {}
  if (review === undefined || method !== 'POST') return undefined
  if (answers === 'forbidden') throw new Refused(403, 'Forbidden', `${review} is forbidden`)
  const { rules, listed = true } = answers
  if (review === 'selfsubjectrulesreviews') return { status: { resourceRules: listed ? rules : [], incomplete: !listed } }
  const sent: unknown = JSON.parse(body)
  const spec = isObject(sent) && isObject(sent['spec']) ? sent['spec'] : {}
  const { verb, group = '', resource } = (spec['resourceAttributes'] ?? {}) as Readonly<Record<string, string>>
  const has = (names: readonly string[], name: string | undefined): boolean =>
    name !== undefined && (names.includes(name) || names.includes('*'))
  const allowed = rules.some(
    (rule) =>
      rule.resourceNames === undefined && has(rule.verbs, verb) && has(rule.apiGroups, group) && has(rule.resources, resource),
  )
  return { status: { allowed } }
}
