import assert from 'node:assert/strict'
import type { SecretError } from '../../plugin/model/secret-error.ts'
import { type MemoryProvider, memoryProvider } from './memory-provider.ts'
import { objectsOf, type Rendered, renderText } from './render.ts'

export interface Parts {
  readonly name?: string
  readonly metadata?: string
  readonly target?: string
  readonly spec?: string
}

/** An ExternalSecret with `data: [{secretKey: password, remoteRef: {key: db, property: password}}]` unless `spec` says otherwise. */
export function externalSecret({ name = 'app', metadata = '', target = '{}', spec = DATA }: Parts = {}): string {
  return `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: ${name}
  namespace: default
${metadata}
spec:
  secretStoreRef: {name: store}
  target: ${target}
${spec}
`
}

export const DATA = '  data: [{secretKey: password, remoteRef: {key: db, property: password}}]'
export const db = (): MemoryProvider =>
  memoryProvider({ db: '{"username":"ada","password":"s3cret"}', other: '{"username":"grace"}' })
export const stream = (...documents: string[]): string => documents.join('---\n')

export async function secretsOf(text: string | readonly string[], memory = db()): Promise<readonly Rendered[]> {
  return objectsOf(await renderText(text, memory)).filter((object) => object.kind === 'Secret')
}

export async function problemsOf(text: string, memory = db()): Promise<readonly SecretError[]> {
  const render = await renderText(text, memory)
  assert.equal(render.output, undefined, 'there is output although there should be a problem')
  return render.problems
}

/** A generator of that kind, called `gen` unless `name` says otherwise. */
export function generator(kind: string, spec = '{}', { name = 'gen', namespace = 'default' } = {}): string {
  const scope = kind === 'ClusterGenerator' ? '' : `, namespace: ${namespace}`
  return `apiVersion: generators.external-secrets.io/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}${scope}}\nspec: ${spec}\n`
}

/** The `spec` of an ExternalSecret whose dataFrom asks `gen` of that kind; `more` are further fields of the entry. */
export function generates(kind: string, more = '', name = 'gen'): string {
  return `  dataFrom: [{sourceRef: {generatorRef: {kind: ${kind}, name: ${name}}}${more}}]`
}
