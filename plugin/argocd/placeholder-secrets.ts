import { templateNameOf } from '../api/annotations.ts'
import type { Expansion } from '../expansion/expand.ts'
import { creationPolicy, type ExternalSecretInput, mergesIntoTarget, targetName } from '../expansion/external-secret-input.ts'
import { metadataOf } from '../expansion/metadata.ts'
import type { SecretManifest } from '../expansion/secret-manifest.ts'
import { SecretValue } from '../model/secret-value.ts'

/** R12: what stands for every value in a render of files that somebody uploaded. */
export const PLACEHOLDER = 'placeholder'

/**
 * Whether the object itself says which keys its Secret has. What fetches whole secrets, has keys made elsewhere, or makes another
 * object, does not, and passes through. */
export function declaresItsKeys({ resource }: ExternalSecretInput): boolean {
  const { dataFrom, target } = resource.spec
  return !target.manifest && !dataFrom?.length && !target.template?.templateFrom?.length && templateNameOf(resource) === undefined
}

/** The Secrets of a streamed render: declared keys with the placeholder; no store is opened and no template is run. */
export function placeholderExpansion(inputs: readonly ExternalSecretInput[]): Expansion {
  const producing = inputs.filter((input) => creationPolicy(input) !== 'None')
  const secrets = new Map(producing.map((input) => [input, placeholderSecret(input)]))
  return { secrets, objects: new Map(), problems: [], warnings: [], reads: [], generated: [], standIns: [] }
}

function placeholderSecret(input: ExternalSecretInput): SecretManifest {
  const { metadata, spec } = input.resource
  const { template } = spec.target
  const given = metadataOf(input.resource)
  const shown = (entries: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
    new Map([...entries].map(([name, text]) => [name, isTemplate(text) ? PLACEHOLDER : text]))
  return {
    name: targetName(input),
    ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
    labels: shown(given.labels),
    annotations: shown(given.annotations),
    finalizers: given.finalizers,
    ...(template?.type ? { type: template.type } : mergesIntoTarget(input) ? {} : { type: 'Opaque' }),
    data: new Map(declaredKeys(input).map((key) => [key, SecretValue.fromText(PLACEHOLDER)])),
  }
}

function declaredKeys({ resource: { spec } }: ExternalSecretInput): readonly string[] {
  const { template } = spec.target
  const templated = Object.keys(template?.data ?? {})
  const fetched = (spec.data ?? []).map(({ secretKey }) => secretKey)
  return templated.length > 0 && template?.mergePolicy !== 'Merge' ? templated : [...fetched, ...templated]
}

/** Either engine's. */
function isTemplate(text: string): boolean {
  return text.includes('{{')
}
