import type { GeneratorContext } from '../../plugin/generators/generator.ts'
import { silentLogger } from '../../plugin/model/logger.ts'
import { FakeClock } from './fake-clock.ts'
import { seededRandom } from './seeded-random.ts'

/** What a generator is asked with that needs no credential; the same seed gives the same values. */
export function generatorContext(seed = 'generator'): GeneratorContext {
  const noCredential = () => Promise.reject(new Error('this generator asks for a credential'))
  return {
    credentials: {
      secretKey: noCredential,
      labelledSecret: noCredential,
      caBundle: noCredential,
      serviceAccountAnnotations: noCredential,
      serviceAccountToken: noCredential,
    },
    environment: new Map(),
    clock: new FakeClock(),
    random: seededRandom(seed),
    randomOf: (label) => seededRandom(`${seed} ${label}`),
    logger: silentLogger,
    callTimeoutMs: 1_000,
    namespace: 'default',
  }
}

export function textOf(values: ReadonlyMap<string, { reveal(): Uint8Array }>, key: string): string {
  const value = values.get(key)
  if (!value) throw new Error(`there is no ${key}`)
  return new TextDecoder().decode(value.reveal())
}
