import type { SecretValue } from '../model/secret-value.ts'

/** A Secret to be printed. Its values are still closed. */
export interface SecretManifest {
  readonly name: string
  /** Only where the ExternalSecret names one. */
  readonly namespace?: string
  readonly labels: ReadonlyMap<string, string>
  readonly annotations: ReadonlyMap<string, string>
  readonly finalizers: readonly string[]
  readonly type?: string
  readonly immutable?: true
  readonly data: ReadonlyMap<string, SecretValue>
}

/** The core/v1 Secret as plain values, its data in base64 and in the order of its keys. Here, and only here, values are revealed for output. */
export function secretObject(secret: SecretManifest): Record<string, unknown> {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: secret.name,
      ...(secret.namespace !== undefined && { namespace: secret.namespace }),
      ...(secret.labels.size > 0 && { labels: Object.fromEntries(secret.labels) }),
      ...(secret.annotations.size > 0 && { annotations: Object.fromEntries(secret.annotations) }),
      ...(secret.finalizers.length > 0 && { finalizers: secret.finalizers }),
    },
    ...(secret.type !== undefined && { type: secret.type }),
    ...(secret.immutable && { immutable: true }),
    data: encodedData(secret.data),
  }
}

/** `data` of a Secret: base64, keys in code-unit order, so that equal Secrets print equally. */
export function encodedData(data: ReadonlyMap<string, SecretValue>): Record<string, string> {
  const keys = [...data.keys()].sort()
  return Object.fromEntries(keys.map((key) => [key, base64(data.get(key))]))
}

function base64(value: SecretValue | undefined): string {
  if (!value) return ''
  const bytes = value.reveal()
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}
