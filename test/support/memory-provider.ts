import { z } from 'zod'
import { SecretError } from '../../plugin/model/secret-error.ts'
import { SecretValue } from '../../plugin/model/secret-value.ts'
import type { Provider } from '../../plugin/providers/provider.ts'
import type { Outcome } from '../../plugin/providers/secret-reader.ts'

/** A provider that holds its values in memory, for tests of what happens around providers. */
export interface MemoryProvider {
  readonly provider: Provider
  /** `key` or `key@version`; a JSON object's members are its properties. */
  readonly values: Map<string, string>
  /** Fails every read of the key. */
  readonly failures: Map<string, SecretError>
  /** Everything that was asked for, a list a fetch. */
  readonly fetches: string[][]
  /** Fails the next login. */
  loginFailure: SecretError | undefined
  opened: number
  closed: number
}

export function memoryProvider(values: Readonly<Record<string, string>> = {}): MemoryProvider {
  const self: MemoryProvider = {
    values: new Map(Object.entries(values)),
    failures: new Map(),
    fetches: [],
    loginFailure: undefined,
    opened: 0,
    closed: 0,
    provider: {
      id: 'fake',
      config: z.unknown(),
      tenancy: {
        facts: () => new Map(),
        defaults: {},
        hosts: () => [],
        usesAmbientIdentity: () => false,
        canonicalKey: (_config, { key }) => key,
      },
      async open() {
        self.opened++
        if (self.loginFailure) throw self.loginFailure
        return {
          async fetch(refs) {
            const names = refs.map(
              (ref) => `${ref.key}${ref.version ? `@${ref.version}` : ''}${ref.part === 'metadata' ? '#metadata' : ''}`,
            )
            self.fetches.push(names)
            return names.map((name) => outcome(self, name))
          },
          async close() {
            self.closed++
          },
        }
      },
      select: (secret, { property }) => (property === undefined ? secret.value : selected(secret.value, property)),
      extract: (secret) =>
        new Map(Object.entries(object(secret.value)).map(([key, value]) => [key, SecretValue.fromText(textOf(value))])),
    },
  }
  return self
}

function outcome({ values, failures }: MemoryProvider, name: string): Outcome {
  const failure = failures.get(name)
  if (failure) return { ok: false, error: failure }
  const text = values.get(name)
  if (text === undefined) return { ok: false, error: new SecretError('NotFound', 'no such secret') }
  return { ok: true, secret: { value: SecretValue.fromText(text), version: '1' } }
}

function selected(value: SecretValue, property: string): SecretValue {
  const member = object(value)[property]
  if (member === undefined) throw new SecretError('NotFound', 'no such property')
  return SecretValue.fromText(textOf(member))
}

function object(value: SecretValue): Record<string, unknown> {
  return JSON.parse(new TextDecoder().decode(value.reveal())) as Record<string, unknown>
}

function textOf(member: unknown): string {
  return typeof member === 'string' ? member : JSON.stringify(member)
}
