import { SecretError } from '../model/secret-error.ts'
import type { CredentialSource } from '../providers/credential-source.ts'
import type { OpenContext } from '../providers/provider.ts'
import type { GeneratorContext } from './generator.ts'

/** How a provider calls a field of a store, and where it is in the spec of a generator; the first that fits counts. */
export type FieldNames = readonly (readonly [ofStore: string, ofSpec: string])[]

/**
 * Lets `use` log in by the code of a provider. What that says of a store and its fields, when it looks for credentials and in errors, is said of the
 * generator and its spec.
 */
export async function borrowedLogin<T>(
  names: FieldNames,
  context: GeneratorContext,
  use: (context: OpenContext) => Promise<T>,
): Promise<T> {
  const { namespace } = context
  const store = { kind: 'SecretStore', name: 'generator', namespace } as const
  try {
    return await use({ ...context, store, concurrency: 1, credentials: renamed(names, context.credentials) })
  } catch (thrown) {
    throw thrown instanceof SecretError ? said(names, thrown) : thrown
  }
}

function renamed(names: FieldNames, source: CredentialSource): CredentialSource {
  return {
    secretKey: (selector, field) => source.secretKey(selector, ofSpec(names, field)),
    labelledSecret: (selector, label, field) => source.labelledSecret(selector, label, ofSpec(names, field)),
    caBundle: (provider, field) => source.caBundle(provider, ofSpec(names, field)),
    serviceAccountAnnotations: (selector, field) => source.serviceAccountAnnotations(selector, ofSpec(names, field)),
    serviceAccountToken: (selector, field) => source.serviceAccountToken(selector, ofSpec(names, field)),
    podToken: async (field) => source.podToken?.(ofSpec(names, field)),
  }
}

function said(names: FieldNames, error: SecretError): SecretError {
  const { kind, message, place, excerpt, remedy, lasting, retryAfterMs } = error
  return new SecretError(kind, ofGenerator(names, message), {
    place: { ...place, ...(place.field !== undefined && { field: ofSpec(names, place.field) }) },
    excerpt,
    ...(remedy !== undefined && { remedy: ofGenerator(names, remedy) }),
    ...(lasting && { lasting }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  })
}

function ofGenerator(names: FieldNames, words: string): string {
  return ofSpec(names, words).replaceAll(/\bthe store\b/g, 'the generator')
}

function ofSpec(names: FieldNames, text: string): string {
  return names.reduce((renaming, [ofStore, spec]) => renaming.replaceAll(ofStore, spec), text)
}
