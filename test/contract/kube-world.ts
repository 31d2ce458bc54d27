import assert from 'node:assert/strict'
import { NAMESPACES } from '../../plugin/kube/core-resources.ts'
import type { KubeClient } from '../../plugin/kube/kube-client.ts'
import { KubeError } from '../../plugin/kube/kube-error.ts'
import type { KubeObject, ObjectMeta } from '../../plugin/kube/kube-object.ts'
import type { Resource } from '../../plugin/kube/resource.ts'

/** An API server that is put through the contract. */
export interface KubeSubject {
  readonly client: KubeClient
  /** Has the resource {@link WIDGETS}. */
  close(): Promise<void>
  /** A client, and a version so old that the server has forgotten it. */
  forgotten(): Promise<{ readonly client: KubeClient; readonly resourceVersion: string }>
}

/** A custom resource without a schema, with a status subresource. */
export const WIDGETS: Resource = {
  group: 'contract.test',
  version: 'v1',
  plural: 'widgets',
  kind: 'Widget',
  isNamespaced: true,
}

export interface Widget extends KubeObject {
  readonly spec?: object
  readonly status?: object
}

export interface SecretObject extends KubeObject {
  readonly data?: Readonly<Record<string, string>>
  readonly stringData?: Readonly<Record<string, string>>
  readonly type?: string
  readonly immutable?: boolean
}

/** What a test of the contract works with; there once its subject has been started. */
export class KubeWorld {
  #subject: KubeSubject | undefined
  #count = 0

  get subject(): KubeSubject {
    assert.ok(this.#subject)
    return this.#subject
  }

  get kube(): KubeClient {
    return this.subject.client
  }

  async start(start: () => Promise<KubeSubject>): Promise<void> {
    this.#subject = await start()
  }

  /** A test has one of its own. */
  async newNamespace(): Promise<string> {
    const { metadata } = await this.kube.create(NAMESPACES, { metadata: { name: `contract-${++this.#count}` } })
    return metadata.name
  }
}

export function secret(
  namespace: string,
  object: Omit<SecretObject, 'metadata'> = {},
  metadata: Partial<ObjectMeta> = {},
): SecretObject {
  return { ...object, metadata: { name: 'db', namespace, ...metadata } }
}

export function widget(namespace: string, spec: object, metadata: Partial<ObjectMeta> = {}, status?: object): Widget {
  const content = { spec, ...(status && { status }) }
  return { apiVersion: 'contract.test/v1', kind: 'Widget', metadata: { name: 'w', namespace, ...metadata }, ...content }
}

export const X: string = Buffer.from('x').toString('base64')
export const Y: string = Buffer.from('y').toString('base64')

/** The error of a call that the server refuses so. */
export async function refused(call: Promise<unknown>, status: number, reason: string): Promise<KubeError> {
  try {
    await call
  } catch (thrown) {
    assert.ok(thrown instanceof KubeError, String(thrown))
    assert.deepEqual([thrown.status, thrown.reason], [status, reason], thrown.message)
    return thrown
  }
  throw new assert.AssertionError({ message: `expected ${reason}` })
}
