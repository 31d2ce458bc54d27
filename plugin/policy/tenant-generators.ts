import type { GeneratorSource } from '../expansion/generator-source.ts'
import { SecretError } from '../model/secret-error.ts'
import { generatorLookup, generatorName, type UsableGenerator } from '../stores/generator-lookup.ts'
import type { GeneratorObject } from '../stores/generator-object.ts'
import { foundGenerator, type GeneratorTools } from '../stores/stream-generators.ts'
import { noCredentials } from './no-credentials.ts'
import { type GeneratorNeed, generatorNeed } from './policy-need.ts'
import { otherGenerator } from './policy-refusals.ts'
import { refusing } from './refusing.ts'
import type { TenantStoreTools } from './store-finding.ts'

export interface TenantGeneratorTools extends Pick<TenantStoreTools, 'tenant' | 'policy' | 'rules' | 'onDryRefusal'> {
  /** Whether there are keys that outlive the process: without them nothing can be derived. */
  readonly hasSeed: boolean
  readonly tools: GeneratorTools
}

/**
 * The generators of the stream that a tenant may use: of kinds that some rule lists, and nothing that would change with every render (R13). They ask
 * nobody, so they get no credential (R4).
 */
export function tenantGenerators(generators: readonly GeneratorObject[], given: TenantGeneratorTools): GeneratorSource {
  const lookUp = generatorLookup(generators)
  const refused = refusing(given)
  return {
    find(ref, namespace) {
      const found = lookUp(ref, namespace)
      if (found.generator.stability === 'ephemeral') throw ephemeral(found)
      const need = unlisted(found, namespace, given)
      const refusal = need && refused(otherGenerator(generatorName(found), need, given.rules), need)
      if (refusal) throw refusal
      if (found.generator.stability === 'derived' && !given.hasSeed) throw withoutKeys(found)
      return foundGenerator(found, namespace, { tools: given.tools, credentials: () => noCredentials })
    },
  }
}

/** What the rules would have to list, as far as they do not. */
function unlisted(found: UsableGenerator, namespace: string, { tenant, rules }: TenantGeneratorTools): GeneratorNeed | undefined {
  const listed = new Set<string>(rules.flatMap((rule) => rule.generators))
  const missing = kindsOf(found).filter((kind) => !listed.has(kind))
  return missing.length > 0 ? generatorNeed({ tenant, namespace }, missing) : undefined
}

/** A ClusterGenerator is one more thing than what it holds. */
export function kindsOf({ resource: { objectKind, kind } }: GeneratorObject): readonly string[] {
  return [...new Set([objectKind, kind])]
}

function ephemeral(found: UsableGenerator): SecretError {
  return new SecretError(
    'InvalidSpec',
    `${generatorName(found)} would give another value with every render, and expire in between`,
    {
      remedy: 'let External Secrets Operator make it (delivery: passthrough)',
    },
  )
}

function withoutKeys(found: UsableGenerator): SecretError {
  return new SecretError('InvalidSpec', `${generatorName(found)} would give another value with every render`, {
    remedy:
      'have the administrator give the daemon keys (--keys DIR), or let External Secrets Operator make it (delivery: passthrough)',
  })
}
