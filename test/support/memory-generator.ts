import * as z from 'zod'
import type { Generator, GeneratorContext, Stability } from '../../plugin/generators/generator.ts'
import type { SecretError } from '../../plugin/model/secret-error.ts'
import { SecretValue } from '../../plugin/model/secret-value.ts'

/** A generator that counts its calls and fails on demand; it stands in for the kind MFA, and `spec.secret.name` names its value. */
export interface MemoryGenerator {
  readonly generator: Generator
  /** The namespaces it was asked for, in order. */
  readonly calls: string[]
  failure: SecretError | undefined
}

const spec = z.object({ secret: z.object({ name: z.string(), key: z.string().optional() }) })

export function memoryGenerator(stability: Stability = 'ephemeral'): MemoryGenerator {
  const calls: string[] = []
  const memory: MemoryGenerator = { generator: { kind: 'MFA', spec, stability, generate }, calls, failure: undefined }

  async function generate(given: unknown, { namespace, credentials }: GeneratorContext) {
    const { secret } = spec.parse(given)
    calls.push(namespace)
    if (memory.failure) throw memory.failure
    if (secret.key !== undefined) await credentials.secretKey({ name: secret.name, key: secret.key }, 'spec.secret')
    return { values: new Map([[secret.name, SecretValue.fromText(`made ${calls.length}`)]]) }
  }

  return memory
}
