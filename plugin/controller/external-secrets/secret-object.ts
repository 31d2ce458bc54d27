import type { KubeObject } from '../../kube/kube-object.ts'

/** A core/v1 Secret as the API server gives it: data in base64. Never logged or put into an error. */
export interface SecretObject extends KubeObject {
  readonly data?: Readonly<Record<string, string>>
  readonly type?: string
  readonly immutable?: boolean
}

/** `data` as bytes. */
export function secretBytes({ data }: SecretObject): ReadonlyMap<string, Uint8Array> {
  return new Map(Object.entries(data ?? {}).map(([key, text]) => [key, Buffer.from(text, 'base64')]))
}
