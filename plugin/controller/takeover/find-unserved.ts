import { readExternalSecret } from '../../api/read-external-secret.ts'
import { entriesOf } from '../../expansion/entry.ts'
import type { KubeClient } from '../../kube/kube-client.ts'
import { type KubeObject, keyText } from '../../kube/kube-object.ts'
import type { Resource } from '../../kube/resource.ts'
import { fieldName } from '../../model/field-path.ts'
import { asSecretError } from '../../model/secret-error.ts'
import { CLUSTER_SECRET_STORES, EXTERNAL_SECRETS, SECRET_STORES } from '../resources.ts'
import { listPages } from './list-pages.ts'

const ALPHA = { group: 'external-secrets.io', version: 'v1alpha1' }
/** What writes to providers (external-secrets.md 6): ESO's alone. */
const PUSHES: readonly Resource[] = [
  { ...ALPHA, plural: 'pushsecrets', kind: 'PushSecret', isNamespaced: true },
  { ...ALPHA, plural: 'clusterpushsecrets', kind: 'ClusterPushSecret', isNamespaced: false },
]

/** What a controller of ours would leave undone. */
export interface Unserved {
  /** Kinds that there are objects of. */
  readonly pushes: readonly { readonly kind: string; readonly count: number }[]
  /** Whose provider is not implemented; `name` is `SecretStore shop/vault`. */
  readonly stores: readonly { readonly name: string; readonly provider: string }[]
  /** That ask for what is not implemented, such as a generator; `name` is `shop/database`. */
  readonly externalSecrets: readonly { readonly name: string; readonly why: string }[]
}

interface LiveStore extends KubeObject {
  readonly spec?: { readonly controller?: string; readonly provider?: Readonly<Record<string, unknown>> }
}

/** What of the cluster's objects we would not serve; stores of another class are not ours. Rejects with KubeError. */
export async function findUnserved(
  client: KubeClient,
  own: { readonly controllerClass: string; readonly implemented: ReadonlySet<string>; readonly generators: ReadonlySet<string> },
  signal: AbortSignal,
): Promise<Unserved> {
  const pushes = await Promise.all(
    PUSHES.map(async (resource) => ({ kind: resource.kind, count: await count(client, resource, signal) })),
  )
  const stores: { name: string; provider: string }[] = []
  for (const resource of [CLUSTER_SECRET_STORES, SECRET_STORES]) {
    for await (const page of listPages<LiveStore>(client, resource, signal)) {
      for (const { metadata, spec = {} } of page) {
        const [provider = ''] = Object.keys(spec.provider ?? {})
        const isOurs = (spec.controller ?? '') === '' || spec.controller === own.controllerClass
        if (isOurs && !own.implemented.has(provider)) stores.push({ name: `${resource.kind} ${keyText(metadata)}`, provider })
      }
    }
  }
  const externalSecrets: { name: string; why: string }[] = []
  for await (const page of listPages(client, EXTERNAL_SECRETS, signal)) {
    for (const object of page) {
      const why = unservedPart(object, own.generators)
      if (why !== undefined) externalSecrets.push({ name: keyText(object.metadata), why })
    }
  }
  return { pushes: pushes.filter((one) => one.count > 0), stores, externalSecrets }
}

async function count(client: KubeClient, resource: Resource, signal: AbortSignal): Promise<number> {
  let found = 0
  for await (const page of listPages(client, resource, signal)) found += page.length
  return found
}

/** In the words of a render that meets it. What the schema refuses is no matter of ours. */
function unservedPart(object: KubeObject, generators: ReadonlySet<string>): string | undefined {
  const { value } = readExternalSecret({ ...object, apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret' })
  if (!value) return undefined
  if (value.spec.target.manifest) return 'a target that is no Secret, which needs --unsafe-allow-generic-targets'
  try {
    const isServed = (kind = ''): boolean => kind === '' || kind === 'ClusterGenerator' || generators.has(kind)
    const asking = entriesOf(value.spec).find(({ generatorRef }) => !isServed(generatorRef?.kind))
    return (
      asking &&
      `${fieldName([...asking.path, 'sourceRef', 'generatorRef'])}: the generator ${asking.generatorRef?.kind} is not implemented here`
    )
  } catch (thrown) {
    const { place, message } = asSecretError(thrown)
    return place.field === undefined ? message : `${place.field}: ${message}`
  }
}
