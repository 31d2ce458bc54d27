import type { Generated, Generator, GeneratorContext } from '../../../plugin/generators/generator.ts'
import { silentLogger } from '../../../plugin/model/logger.ts'
import { systemRandom } from '../../../plugin/model/random.ts'
import { SecretError } from '../../../plugin/model/secret-error.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { type Surroundings as Credentials, credentialsOf } from '../providers/vault/open-vault.ts'

/** What a generator finds around itself in a test. */
export interface Around extends Credentials {
  readonly mayConnect?: GeneratorContext['mayConnect']
}

export function contextOf(around: Around = {}): GeneratorContext {
  return {
    namespace: 'default',
    credentials: credentialsOf(around),
    environment: new Map(Object.entries(around.environment ?? {})),
    ...(around.extraCa !== undefined && { extraCa: around.extraCa }),
    ...(around.mayConnect && { mayConnect: around.mayConnect }),
    clock: around.clock ?? new FakeClock(Date.now()),
    random: systemRandom,
    randomOf: seededRandom,
    logger: around.logger ?? silentLogger,
    callTimeoutMs: around.callTimeoutMs ?? 20_000,
  }
}

/** Generates as a render would: the schema first, then the generator. */
export async function generate<Spec>(generator: Generator<Spec>, spec: object, around: Around = {}): Promise<Generated> {
  return await generator.generate(generator.spec.parse(spec), contextOf(around), signal())
}

/** The same, as texts. */
export async function generateTexts<Spec>(
  generator: Generator<Spec>,
  spec: object,
  around: Around = {},
): Promise<Readonly<Record<string, string>>> {
  return textsOf(await generate(generator, spec, around))
}

export function textsOf({ values }: Generated): Readonly<Record<string, string>> {
  return Object.fromEntries([...values].map(([key, value]) => [key, new TextDecoder().decode(value.reveal())]))
}

/** Revokes by what a state became in a cluster: JSON. */
export async function revoke<Spec>(generator: Generator<Spec>, spec: object, state: unknown, around: Around = {}): Promise<void> {
  if (!generator.revoke) throw new TypeError(`${generator.kind} does not revoke`)
  await generator.revoke(generator.spec.parse(spec), JSON.parse(JSON.stringify(state)), contextOf(around), signal())
}

export const signal = (): AbortSignal => AbortSignal.timeout(60_000)

/** Whom it would ask; nobody is asked. */
export async function hostAsked<Spec>(
  generator: Generator<Spec>,
  spec: object,
  around: Around = {},
): Promise<string | undefined> {
  let asked: string | undefined
  const mayConnect = (host: string): never => {
    asked = host
    throw new SecretError('AccessDenied', 'a test asks nobody')
  }
  await generate(generator, spec, { ...around, mayConnect }).catch(() => undefined)
  return asked
}
