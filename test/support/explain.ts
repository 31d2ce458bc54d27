import { type Explanation, explainManifests } from '../../plugin/argocd/explain/explain-manifests.ts'
import type { ExplainedKey, ExplainedSecret } from '../../plugin/argocd/explain/explanation.ts'
import type { DigestOf } from '../../plugin/argocd/explain/value-digest.ts'
import { splitManifests } from '../../plugin/stream/split-manifests.ts'
import type { MemoryProvider } from './memory-provider.ts'
import { LOCAL, portsOf } from './render.ts'

/** Explains one file in this process, with the memory provider behind `spec.provider.fake`. */
export function explainText(text: string, memory: MemoryProvider, digestOf?: DigestOf): Promise<Explanation> {
  const streams = [splitManifests('app.yaml', new TextEncoder().encode(text))]
  return explainManifests(streams, LOCAL, portsOf(memory, 'local'), digestOf, AbortSignal.timeout(60_000))
}

export function secretNamed({ secrets }: Explanation, name: string): ExplainedSecret {
  const found = secrets.find((secret) => secret.name === name)
  if (!found) throw new Error(`no Secret ${name} among ${secrets.map((secret) => secret.name).join(', ')}`)
  return found
}

export function keyNamed(secret: ExplainedSecret, name: string): ExplainedKey {
  const found = secret.keys.find(({ key }) => key === name)
  if (!found) throw new Error(`no key ${name} among ${secret.keys.map(({ key }) => key).join(', ')}`)
  return found
}
