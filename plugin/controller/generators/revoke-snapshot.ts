import { generatorKindOf, readGenerator } from '../../api/read-generator.ts'
import { fieldName } from '../../model/field-path.ts'
import { SecretError } from '../../model/secret-error.ts'
import { clusterCredentials } from '../stores/cluster-credentials.ts'
import type { UsableGeneratorsOptions } from './usable-generators.ts'

/** What was made, by what, and in which namespace its credentials are. */
export interface Made {
  /** The generator as it was. */
  readonly resource: unknown
  readonly state: unknown
  readonly namespace: string
}

/** Takes back what a generator made. Throws SecretError: InvalidSpec when it cannot be, whoever tries again. */
export async function revokeSnapshot(
  { resource: snapshot, state, namespace }: Made,
  { known, tools, objects }: Pick<UsableGeneratorsOptions, 'known' | 'tools' | 'objects'>,
  signal: AbortSignal,
): Promise<void> {
  const kind = String(generatorKindOf(snapshot))
  const generator = await known.get(kind)?.()
  if (!generator) throw new SecretError('InvalidSpec', `a generator of kind ${kind} is not implemented here`)
  const { value, problems } = readGenerator(snapshot, new Map([[kind, generator.spec]]))
  if (!value) {
    const said = problems.map(({ path, message }) => `${fieldName(path)} ${message}`).join('; ')
    throw new SecretError('InvalidSpec', `the generator as it was cannot be read: ${said}`)
  }
  const credentials = clusterCredentials({ storeKind: 'SecretStore', namespace }, objects)
  await generator.revoke?.(value.spec, state, { ...tools, credentials, namespace, randomOf: () => tools.random }, signal)
}
