import type { FoundGenerator, GeneratorSource } from '../expansion/generator-source.ts'
import type { GeneratorContext } from '../generators/generator.ts'
import { asSecretError, type SecretError } from '../model/secret-error.ts'
import type { CredentialSource } from '../providers/credential-source.ts'
import { generatorLookup, generatorName, type UsableGenerator } from './generator-lookup.ts'
import type { GeneratorObject } from './generator-object.ts'

/** What every generator is asked with; the consumer's own is added to it. */
export type GeneratorTools = Omit<GeneratorContext, 'credentials' | 'namespace' | 'randomOf'>

export interface StreamGeneratorTools {
  readonly tools: GeneratorTools
  /** For whom a generator asks: it reads in the consumer's namespace alone, also one of the cluster (external-secrets.md 5.3). */
  readonly credentials: (namespace: string) => CredentialSource
}

/** The generators of a stream, as the ExternalSecrets of the same stream may use them (external-secrets.md 6.4). */
export function streamGenerators(generators: readonly GeneratorObject[], tools: StreamGeneratorTools): GeneratorSource {
  const lookUp = generatorLookup(generators)
  return { find: (ref, namespace) => foundGenerator(lookUp(ref, namespace), namespace, tools) }
}

/** One that may be used. */
export function foundGenerator(
  object: UsableGenerator,
  namespace: string,
  { tools, credentials }: StreamGeneratorTools,
): FoundGenerator {
  const { generator, resource, place } = object
  const keys = generator.keysOf?.(resource.spec)
  return {
    name: generatorName(object),
    stability: generator.stability,
    ...(keys && { keys }),
    async generate(randomOf = () => tools.random, signal) {
      try {
        return await generator.generate(
          resource.spec,
          { ...tools, credentials: credentials(namespace), namespace, randomOf },
          signal,
        )
      } catch (thrown) {
        throw atGenerator(asSecretError(thrown), resource.specPath).at(place)
      }
    },
  }
}

/** A generator knows its own spec only: in a ClusterGenerator that stands deeper. */
function atGenerator(error: SecretError, specPath: readonly string[]): SecretError {
  const { field } = error.place
  if (field === undefined || !/^spec(?:[.[]|$)/.test(field)) return error
  return error.from({ ...error.place, field: specPath.join('.') + field.slice('spec'.length) })
}
