import { quoteName } from '../model/quote-name.ts'
import { nearestName } from './nearest-name.ts'
import type { FieldProblem } from './reading.ts'

/** Everything that this program adds to ESO's API is an annotation with this prefix. */
export const OWN_PREFIX = 'argocd-external-secrets.io/'

/** R10: which engine renders `spec.target.template`. */
export const TEMPLATE_ENGINE = `${OWN_PREFIX}template-engine`

/** R11: whether a render makes the Secret, or leaves the ExternalSecret for ESO. */
export const DELIVERY = `${OWN_PREFIX}delivery`

/** Which shape of the template library the Secret has, instead of `spec.target.template.data`. */
export const TEMPLATE = `${OWN_PREFIX}template`

/** What becomes of values that do not exist: YAML, read by `when-missing.ts`. */
export const WHEN_MISSING = `${OWN_PREFIX}when-missing`

/** R13: what its author counts up to have its generators make new values. */
export const ROTATION = `${OWN_PREFIX}rotation`

/** R14, on a workload: `enabled` or `disabled`, whether a changed value starts new pods. */
export const CHECKSUMS = `${OWN_PREFIX}workload-checksum`

/** R14, on a pod template: the checksum itself. */
export const CHECKSUM = `${OWN_PREFIX}checksum`

/** Which engine renders `spec.target.template`: ESO's Go templates, or Handlebars (R10). */
export type TemplateEngineName = 'v2' | 'handlebars'

/** Whether a render makes the Secret, or leaves the ExternalSecret to ESO (R11). */
export type Delivery = 'inline' | 'passthrough'

interface Annotated {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> }
}

interface Wording {
  readonly pattern: RegExp
  /** What a value that does not fit should have been. */
  readonly expected: string
}

/** The library's names are known elsewhere. */
const SHAPE_NAME: Wording = {
  pattern: /^[a-z0-9]+(?:-[a-z0-9]+)*$/,
  expected: 'a name of small letters, digits and hyphens, such as dockerconfigjson',
}

/** Any text would do; a number says that it is counted up. */
const ROTATION_COUNTER: Wording = { pattern: /^(0|[1-9][0-9]{0,8})$/, expected: 'a whole number in quotes, such as "1"' }

/** Checked elsewhere. */
const ANY_TEXT: Wording = { pattern: /^/, expected: 'any text' }

/** Every annotation of ours and what it may say. */
const annotations: ReadonlyMap<string, readonly string[] | Wording> = new Map<string, readonly string[] | Wording>([
  [TEMPLATE, SHAPE_NAME],
  [TEMPLATE_ENGINE, ['v2', 'handlebars'] satisfies TemplateEngineName[]],
  [ROTATION, ROTATION_COUNTER],
  [WHEN_MISSING, ANY_TEXT],
  [DELIVERY, ['inline', 'passthrough'] satisfies Delivery[]],
])

/** The engine that the object asks for; ESO's own without the annotation. */
export function templateEngineOf(resource: Annotated): TemplateEngineName {
  return annotationOf(resource, TEMPLATE_ENGINE) === 'handlebars' ? 'handlebars' : 'v2'
}

/** The delivery that the object asks for; undefined when it leaves that to the render's parameter. */
export function deliveryOf(resource: Annotated): Delivery | undefined {
  const value = annotationOf(resource, DELIVERY)
  return value === 'inline' || value === 'passthrough' ? value : undefined
}

/** The shape of the library that the object asks for. */
export function templateNameOf(resource: Annotated): string | undefined {
  return annotationOf(resource, TEMPLATE)
}

/** The counter that the object asks for; 0 without the annotation. */
export function rotationOf(resource: Annotated): string {
  return annotationOf(resource, ROTATION) ?? '0'
}

/** Values that ours may not have, and names with our prefix that are not ours: the former are problems, the latter warnings. */
export function checkAnnotations(resource: Annotated): {
  readonly problems: readonly FieldProblem[]
  readonly warnings: readonly FieldProblem[]
} {
  const problems: FieldProblem[] = []
  const warnings: FieldProblem[] = []
  for (const [name, value] of Object.entries(resource.metadata.annotations ?? {})) {
    if (!name.startsWith(OWN_PREFIX)) continue
    const allowed = annotations.get(name)
    if (!allowed) warnings.push(unknownAnnotation(name))
    else if (!('pattern' in allowed ? allowed.pattern.test(value) : allowed.includes(value)))
      problems.push(wrongValue(name, value, allowed))
  }
  return { problems, warnings }
}

function annotationOf({ metadata }: Annotated, name: string): string | undefined {
  return metadata.annotations && Object.hasOwn(metadata.annotations, name) ? metadata.annotations[name] : undefined
}

function unknownAnnotation(name: string): FieldProblem {
  const known = [...annotations.keys()].map((own) => own.slice(OWN_PREFIX.length))
  const nearest = nearestName(name.slice(OWN_PREFIX.length), known)
  return {
    path: ['metadata', 'annotations', name],
    message: 'is no annotation of ours, and is ignored',
    remedy: nearest ? `write ${OWN_PREFIX}${nearest}` : `remove it; with this prefix there are ${known.join(', ')}`,
  }
}

function wrongValue(name: string, value: string, allowed: readonly string[] | Wording): FieldProblem {
  if ('pattern' in allowed) {
    return { path: ['metadata', 'annotations', name], message: `is ${quoteName(value)}; expected ${allowed.expected}` }
  }
  const nearest = nearestName(value, allowed)
  return {
    path: ['metadata', 'annotations', name],
    message: `is ${quoteName(value)}; expected one of ${allowed.join(', ')}`,
    ...(nearest && { remedy: `write ${nearest}` }),
  }
}
