import type { z } from 'zod'
import { clusterExternalSecretSchema } from '../../../plugin/api/cluster-external-secret.ts'
import { isPlainObject, withoutNulls } from '../../../plugin/api/plain-object.ts'
import { readExternalSecret } from '../../../plugin/api/read-external-secret.ts'
import { readObject } from '../../../plugin/api/read-object.ts'
import { readStore } from '../../../plugin/api/read-store.ts'
import type { FieldProblem } from '../../../plugin/api/reading.ts'
import { fieldName } from '../../../plugin/model/field-path.ts'
import type { Manifest } from './full-documents.ts'

/** The rules between fields that the definitions have as well, in the API server's Common Expression Language. */
const IN_CEL = /^is set by sessionTagsPolicy and cannot be given$/
/** The definitions want exactly one login where there is any; none at all is for the readers to refuse. */
const LOGINS = /^(no auth provider given|multiple auth methods provided)/

type Schemas = ReadonlyMap<string, z.ZodType>

/** References that ESO's definitions want a name of. */
const NEEDS_NAME: ReadonlySet<string | number> = new Set([
  'awsCredentialsSecretRef',
  'caProvider',
  'configMap',
  'credConfig',
  'generatorRef',
  'secret',
  'serviceAccount',
  'serviceAccountRef',
])

/** What a render refuses although every API server with ESO's definitions, and so with ours, takes it: it can never work. */
export const FURTHER = {
  'no spec': ({ path, message }) => fieldName(path) === 'spec' && message.startsWith('is missing'),
  'a reference to a key of a Secret without a name': ({ path, message }) =>
    path.at(-1) === 'name' && message.startsWith('is missing') && isReference(path.at(-2)),
  'what is no duration': ({ message }) => message.startsWith('is no Go duration') || message === 'must not be negative',
  'a merge into JSON without a name for it': ({ path, message }) =>
    path.at(-1) === 'into' && message.includes('strategy JSON needs it'),
  'an operator that no selector has': ({ path, message }) => path.at(-1) === 'operator' && message.startsWith('is "'),
  'a region that no host of AWS can have': ({ path, message }) =>
    path.join('.').endsWith('iam.region') && message.startsWith('must be an AWS region'),
  'a policy for versions that nobody knows': ({ path, message }) =>
    path.at(-1) === 'secretVersionSelectionPolicy' && message.startsWith('is "'),
  // The server's own check of strings with the format byte lets lists through.
  'a list in the place of bytes': ({ path, message }) => path.at(-1) === 'caBundle' && message.startsWith('is a list'),
  'a result that the fake provider does not have': ({ path, message }) =>
    path.at(-1) === 'validationResult' && message.startsWith('is too '),
} satisfies Readonly<Record<string, (problem: FieldProblem) => boolean>>

function isReference(holder: string | number | undefined): boolean {
  return typeof holder === 'string' && !NEEDS_NAME.has(holder)
}

/** What an API server refuses although a render takes it. */
export const LESS = {
  /** The API has it as bytes, which are base64 in JSON; a render takes both. */
  'certificates that are not in base64': /caBundle in body must be of type byte/,
  /** A render acts on it as on v1. */
  'words that v1beta1 does not have': /Unsupported value: \\"(CreateOrMerge|spec)\\"/,
} satisfies Readonly<Record<string, RegExp>>

export interface SchemaVerdict {
  /** Everything that is wrong with the object by the schemas and rules that a CustomResourceDefinition has as well. */
  readonly problems: readonly string[]
  /** Keys of {@link FURTHER}, and `rules between fields of a provider`, for what else is wrong. */
  readonly further: readonly string[]
}

/** What the readers say of an object, told apart by whether an API server says it too. */
export function schemaVerdict(document: Manifest, schemas: Schemas): SchemaVerdict {
  const between = new Set(betweenFields(document, schemas).map(textOf))
  const sorted = problemsOf(document, schemas).map((problem) => {
    const [reason] = Object.entries(FURTHER).find(([, isFurther]) => isFurther(problem)) ?? []
    return {
      text: textOf(problem),
      further: reason ?? (between.has(textOf(problem)) ? 'rules between fields of a provider' : undefined),
    }
  })
  return {
    problems: sorted.filter(({ further }) => further === undefined).map(({ text }) => text),
    further: sorted.flatMap(({ further }) => further ?? []),
  }
}

function problemsOf(document: Manifest, schemas: Schemas): readonly FieldProblem[] {
  if (document.kind === 'ExternalSecret') return readExternalSecret(document).problems
  if (document.kind !== 'ClusterExternalSecret') return readStore(document, schemas).problems
  const { problems } = readObject(clusterExternalSecretSchema, document)
  if (problems.length > 0) return problems
  const spec = document.spec?.['externalSecretSpec']
  return readExternalSecret({ ...document, kind: 'ExternalSecret', spec }).problems
}

/** Such rules are zod's `superRefine`, whose issues have a code of their own. */
function betweenFields({ spec }: Manifest, schemas: Schemas): readonly FieldProblem[] {
  const provider = isPlainObject(spec) ? spec['provider'] : undefined
  if (!isPlainObject(provider)) return []
  return Object.entries(provider).flatMap(([id, config]) => {
    const issues = schemas.get(id)?.safeParse(withoutNulls(config)).error?.issues ?? []
    return issues
      .filter(({ code, message }) => code === 'custom' && !IN_CEL.test(message) && !(LOGINS.test(message) && hasLogin(config)))
      .map(({ path, message }) => ({ path: ['spec', 'provider', id, ...path.map(stepOf)], message }))
  })
}

function hasLogin(config: unknown): boolean {
  return isPlainObject(config) && isPlainObject(config['auth'])
}

function stepOf(step: PropertyKey): string | number {
  return typeof step === 'number' ? step : String(step)
}

function textOf({ path, message }: FieldProblem): string {
  return `${fieldName(path)} ${message}`
}
