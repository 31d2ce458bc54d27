import { findMisfit, isGiven, type Misfit } from '../../templates/library/misfits.ts'
import { library } from '../../templates/library/registry.ts'
import type { TemplateShape } from '../../templates/library/template-shape.ts'
import { TEMPLATE, TEMPLATE_ENGINE, templateEngineOf, templateNameOf } from '../api/annotations.ts'
import type { ExternalSecret } from '../api/external-secret.ts'
import { nearestName } from '../api/nearest-name.ts'
import { type FieldPath, fieldName } from '../model/field-path.ts'
import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'
import { SecretValue } from '../model/secret-value.ts'
import type { ExternalSecretInput } from './external-secret-input.ts'
import type { TemplateText } from './template-text.ts'
import type { TemplateTexts } from './template-texts.ts'

const ANNOTATION: FieldPath = ['metadata', 'annotations', TEMPLATE]

/** What a render needs of this module, which is loaded when an ExternalSecret picks a shape. */
export interface LibraryShapes {
  readonly shapeOf: typeof shapeOf
  readonly shapeProblems: typeof shapeProblems
  readonly shapeData: typeof shapeData
  readonly shapeTemplates: typeof shapeTemplates
}

/** The shape of the library that the object picks by its annotation. */
export function shapeOf(resource: ExternalSecret): TemplateShape | undefined {
  const name = templateNameOf(resource)
  return name === undefined ? undefined : library.get(name)
}

/** What is wrong with the pick, known before anything is fetched: an unknown name, a template beside it, what only a policy may allow (R9). */
export function shapeProblems({ resource, place }: ExternalSecretInput): readonly SecretError[] {
  const name = templateNameOf(resource)
  if (name === undefined) return []
  const problem = pickProblem(name, resource)
  return problem ? [problem.at({ ...place, field: fieldName(ANNOTATION) })] : []
}

function pickProblem(name: string, resource: ExternalSecret): SecretError | undefined {
  const shape = library.get(name)
  if (!shape) return unknownShape(name)
  if (shape.onlyByPolicy !== undefined)
    return new SecretError('InvalidSpec', `the template ${name} is refused: ${shape.onlyByPolicy}`, {
      remedy: `remove the annotation, write the template in spec.target.template, and leave it to ESO by delivery: passthrough`,
    })
  if (Object.keys(resource.spec.target.template?.data ?? {}).length > 0)
    return new SecretError(
      'InvalidSpec',
      `the annotation ${TEMPLATE} and spec.target.template.data both say what the Secret holds`,
      {
        remedy: 'keep one of them; single keys beside a shape come from templateFrom, or from another ExternalSecret',
      },
    )
  if (templateEngineOf(resource) === 'handlebars')
    return new SecretError('InvalidSpec', `the annotation ${TEMPLATE_ENGINE}: handlebars does not go with ${TEMPLATE}`, {
      remedy: `remove ${TEMPLATE_ENGINE}: the library is written in Go templates`,
    })
  return undefined
}

function unknownShape(name: string): SecretError {
  const names = [...library.keys()]
  const nearest = nearestName(name, names)
  return new SecretError('InvalidSpec', `no template of the library is named ${quoteName(name)}`, {
    remedy: nearest === undefined ? `there are ${names.join(', ')}` : `write ${nearest}`,
  })
}

/** The shape's templates, rendered. What fails is left out, and is in the problems of `texts`: fetched keys that do not fit, or templates. */
export function shapeData(
  shape: TemplateShape,
  data: ReadonlyMap<string, SecretValue>,
  texts: TemplateTexts,
): readonly (readonly [string, SecretValue])[] {
  const revealed = new Map([...data].map(([key, value]) => [key, value.reveal()]))
  const misfit = findMisfit(shape, revealed)
  if (misfit) {
    texts.attempt(() => {
      throw misfitError(shape, misfit, [...data.keys()])
    })
    return []
  }
  return shapeTemplates(shape, (input) => isGiven(revealed, input)).flatMap((template) => {
    const rendered = texts.attempt(() => texts.rendered(template))
    return rendered ? [[template.name, new SecretValue(rendered.bytes)] as const] : []
  })
}

/** Those of the shape's templates that are rendered, by the inputs that are there. */
export function shapeTemplates({ data }: TemplateShape, isThere: (input: string) => boolean): readonly TemplateText[] {
  const needed = data.filter(({ onlyWith }) => onlyWith === undefined || isThere(onlyWith))
  return needed.map(({ key, text }) => ({ text, name: key, path: ANNOTATION }))
}

function misfitError(shape: TemplateShape, misfit: Misfit, fetched: readonly string[]): SecretError {
  return new SecretError('InvalidSpec', `the template ${shape.name} ${saidOf(misfit)}`, {
    place: { field: fieldName(ANNOTATION) },
    remedy:
      misfit.what === 'missing' || misfit.what === 'no choice' ? keysOf(shape, fetched) : 'rename or correct it, or leave it out',
  })
}

function saidOf(misfit: Misfit): string {
  if (misfit.what === 'missing')
    return `needs ${misfit.keys.join(', ')}, which ${misfit.keys.length === 1 ? 'is' : 'are'} not among the fetched keys`
  if (misfit.what === 'no choice') return `needs ${misfit.groups.map((group) => group.join(' with ')).join(', or ')}`
  if (misfit.what === 'key refused') return `cannot take the key ${quoteName(misfit.refusal.key)}: it ${misfit.refusal.why}`
  return `cannot take the key ${quoteName(misfit.key)}: its value ${WRONG_VALUE[misfit.holds]}`
}

const WRONG_VALUE: Readonly<Record<Extract<Misfit, { what: 'wrong value' }>['holds'], string>> = {
  text: 'is not UTF-8 text',
  line: 'has a line break or a control character, or is not UTF-8 text',
  certificate: 'is no certificate in PEM',
  'private key': 'is no private key in PEM',
}

const MOST_NAMED = 20

function keysOf({ inputs }: TemplateShape, fetched: readonly string[]): string {
  const more = fetched.length > MOST_NAMED ? ` and ${fetched.length - MOST_NAMED} more` : ''
  const wanted = inputs.map(({ key, use }) => (use === 'required' ? key : `${key} (optional)`))
  return `fetched are ${fetched.slice(0, MOST_NAMED).map(quoteName).join(', ')}${more}; wanted are ${wanted.join(', ')}`
}
