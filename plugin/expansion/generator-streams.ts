import type { GeneratorContext } from '../generators/generator.ts'
import type { SecretValue } from '../model/secret-value.ts'
import { derivedStream } from './derived-stream.ts'

/** What the values of a derived kind depend on beside the seed and what the kind itself adds (R13). */
export interface GeneratorOrigin {
  /** Argo CD's; empty on the command line. */
  readonly project: string
  readonly namespace: string
  /** Name of the ExternalSecret. */
  readonly object: string
  /** Of the reference: the kind and the name of the generator. */
  readonly kind: string
  readonly name: string
  /** 0 for the first entry of the ExternalSecret that names this generator, 1 for the second: each has values of its own. */
  readonly occurrence: number
  /** What the author counts up for new values. */
  readonly rotation: string
}

const VERSION = 'argocd-external-secrets/generator-stream/1:'

/** What a derived kind makes its values of: a stream for each label. */
export function generatorStreams(seed: SecretValue, origin: GeneratorOrigin): GeneratorContext['randomOf'] {
  const { project, namespace, object, kind, name, occurrence, rotation } = origin
  return (label) => derivedStream(seed, VERSION, [project, namespace, object, kind, name, occurrence, rotation, label])
}
