import type { SecretObject } from '../../../plugin/controller/external-secrets/secret-object.ts'
import type { OwnerReference } from '../../../plugin/kube/kube-object.ts'
import type { WantedEntry, WantedSource, WantedTemplate } from './operation.ts'
import type { Scene, StoreScene } from './scene.ts'

export type Texts = Readonly<Record<string, string>>

/** What a pass that reads has to come to, by external-secrets.md alone. */
export type Expectation =
  /** Another controller's (4.2). */
  | { readonly kind: 'silence' }
  | { readonly kind: 'failed'; readonly message: Failure; readonly isFinal: boolean; readonly needsStore: boolean }
  /** The Secret is not made, left as it is, or deleted; `message` is that of Ready (4.14). */
  | { readonly kind: 'asIs' | 'deleted'; readonly reason: string; readonly message: string }
  | { readonly kind: 'written'; readonly content: Content | undefined }

export interface Content {
  readonly data: Texts
  readonly labels: Texts
  readonly annotations: Texts
}

export type Failure =
  | 'could not get secret data from provider'
  | 'could not delete secret'
  | 'could not update secret'
  | 'could not update secret, target is immutable'
  | 'failed to take ownership of target secret'
  | 'target is owned by another ExternalSecret'

export function expectedPass(scene: Scene): Expectation {
  const { spec } = scene.object
  const { creationPolicy, deletionPolicy } = spec.target
  const refs = [
    spec.secretStoreRef,
    ...[...(spec.data ?? []), ...(spec.dataFrom ?? [])].flatMap(({ sourceRef }) => sourceRef?.storeRef ?? []),
  ]
  if (refs.some((ref) => scene.store(ref) === 'foreign')) return { kind: 'silence' }
  const values = readValues(scene)
  if (!values.ok) return failed('could not get secret data from provider', { needsStore: values.needsStore })
  // 4.6
  if (Object.keys(values.data).length === 0 && deletionPolicy !== 'Merge') {
    if (deletionPolicy === 'Retain') return said('asIs', 'SecretSynced', 'secret retained due to DeletionPolicy=Retain')
    if (creationPolicy !== 'Owner') return failed('could not delete secret', { isFinal: true })
    return said('deleted', 'SecretDeleted', 'secret deleted due to DeletionPolicy=Delete')
  }
  if (creationPolicy === 'None') return said('asIs', 'SecretSynced', 'secret synced')
  if (creationPolicy === 'Merge' && !scene.target)
    return said('asIs', 'SecretMissing', 'secret will not be created due to CreationPolicy=Merge')
  return shaped(scene, values.data)
}

/** 4.7, 4.9, 4.10 */
function shaped(scene: Scene, values: Texts): Expectation {
  const { target, object } = scene
  const { creationPolicy, immutable } = object.spec.target
  const isFrozen = target !== undefined && immutable === true
  const content = isFrozen ? undefined : contentOf(scene, values)
  if (content === 'failed') return failed('could not update secret')
  const controller = target?.metadata.ownerReferences?.find((reference) => reference.controller)
  if (controller && isExternalSecret(controller) && controller.name !== object.metadata.name)
    return failed('target is owned by another ExternalSecret', { isFinal: true })
  if (controller && !isExternalSecret(controller) && creationPolicy === 'Owner')
    return failed('failed to take ownership of target secret', { isFinal: true })
  if (target?.immutable === true && content && !isAsThere(target, content.data))
    return failed('could not update secret, target is immutable', { isFinal: true })
  return { kind: 'written', content }
}

function isAsThere(target: SecretObject, data: Texts): boolean {
  const there = textsOf(target)
  return (
    Object.keys(there).length === Object.keys(data).length && Object.entries(data).every(([key, text]) => there[key] === text)
  )
}

export function isExternalSecret({ apiVersion, kind }: OwnerReference): boolean {
  return kind === 'ExternalSecret' && apiVersion.startsWith('external-secrets.io/')
}

export function textsOf({ data }: SecretObject): Texts {
  return Object.fromEntries(Object.entries(data ?? {}).map(([key, text]) => [key, Buffer.from(text, 'base64').toString()]))
}

type Values = { readonly ok: true; readonly data: Texts } | { readonly ok: false; readonly needsStore: boolean }

/** 3.1 */
function readValues({ object: { spec }, store }: Scene): Values {
  const entries = [...(spec.dataFrom ?? []), ...(spec.data ?? [])]
  const data: Record<string, string> = {}
  const failures: boolean[] = []
  for (const entry of entries) {
    const found = store(entry.sourceRef?.storeRef ?? spec.secretStoreRef)
    const read =
      typeof found === 'string' ? 'unreadable' : 'secretKey' in entry ? memberOf(entry, found) : membersOf(entry, found)
    if (read === 'unreadable' || read === 'error') failures.push(read === 'unreadable')
    else if (read !== 'absent') Object.assign(data, read)
    else if (spec.target.deletionPolicy === 'Retain') failures.push(false)
  }
  return failures.length === 0 ? { ok: true, data } : { ok: false, needsStore: failures.every(Boolean) }
}

type Read = Texts | 'absent' | 'error'

function memberOf({ secretKey, remoteRef: { key, property } }: WantedEntry, { values, missingMemberIsAbsent }: StoreScene): Read {
  const members = values.get(key)
  if (!members) return 'absent'
  const text = property === undefined ? JSON.stringify(members) : members[property]
  if (text === undefined) return missingMemberIsAbsent ? 'absent' : 'error'
  return { [secretKey]: text }
}

function membersOf({ extract, find }: WantedSource, { values }: StoreScene): Read {
  if (find) {
    const matching = [...values].filter(([key]) => new RegExp(find.name.regexp).test(key))
    return Object.fromEntries(matching.map(([key, members]) => [key, JSON.stringify(members)]))
  }
  return extract ? (values.get(extract.key) ?? 'absent') : {}
}

/** 4.7; 9, 11 and 12 */
function contentOf({ object, configMap }: Scene, values: Texts): Content | 'failed' {
  const { labels = {}, annotations = {} } = object.metadata
  const { template } = object.spec.target
  if (!template) return { data: values, labels, annotations }
  const rendered = renderedBy(template, configMap, values)
  if (!rendered) return 'failed'
  const hasOwn = template.templateFrom !== undefined || template.data !== undefined
  const data = { ...((!hasOwn || template.mergePolicy === 'Merge') && values), ...rendered }
  return { data, labels: template.metadata?.labels ?? {}, annotations: template.metadata?.annotations ?? {} }
}

/** Undefined when a template asks for what there is not. */
function renderedBy(
  { data = {}, templateFrom = [] }: WantedTemplate,
  configMap: Scene['configMap'],
  values: Texts,
): Texts | undefined {
  const texts: Record<string, string> = {}
  for (const { configMap: from } of templateFrom) {
    const found = configMap(from.name)
    for (const { key } of from.items) {
      const text = found?.[key]
      if (text === undefined) return undefined
      texts[key] = text
    }
  }
  Object.assign(texts, data)
  for (const [key, text] of Object.entries(texts)) {
    const asked = [...text.matchAll(/\{\{ \.(\w+) \}\}/g)].map(([, name = '']) => name)
    if (asked.some((name) => values[name] === undefined)) return undefined
    texts[key] = text.replaceAll(/\{\{ \.(\w+) \}\}/g, (_whole, name: string) => values[name] ?? '')
  }
  return texts
}

function failed(message: Failure, { isFinal = false, needsStore = false } = {}): Expectation {
  return { kind: 'failed', message, isFinal, needsStore }
}

function said(kind: 'asIs' | 'deleted', reason: string, message: string): Expectation {
  return { kind, reason, message }
}
