import { setTimeout as sleep } from 'node:timers/promises'
import { CONFIG_MAPS } from '../../../plugin/kube/core-resources.ts'
import type { KubeClient } from '../../../plugin/kube/kube-client.ts'
import type { KubeObject } from '../../../plugin/kube/kube-object.ts'
import type { Random } from '../../../plugin/model/random.ts'

const NAMES = Array.from({ length: 12 }, (_, turn) => `map-${turn}`)
const EVERY_MS = 10

/** What was changed: only what the API server has confirmed. */
export interface Written {
  /** Versions of what was created or updated. */
  readonly versions: string[]
  deletes: number
  /** Changes that the API server did not answer: done or not. */
  unsure: number
}

export interface Writing {
  /** Grows. */
  readonly written: Written
  /** Resolves once it writes no more. */
  readonly stopped: Promise<void>
}

/** Changes ConfigMaps of a namespace, one after the other, as chance has it, until `signal` is aborted; goes on when the API server is away. */
export function keepWriting(client: KubeClient, namespace: string, random: Random, signal: AbortSignal): Writing {
  const written: Written = { versions: [], deletes: 0, unsure: 0 }
  return { written, stopped: writeOn({ client, namespace, random }, written, signal) }
}

async function writeOn(
  { client, namespace, random }: { readonly client: KubeClient; readonly namespace: string; readonly random: Random },
  written: Written,
  signal: AbortSignal,
): Promise<void> {
  const present = new Set((await client.list(CONFIG_MAPS, { namespace })).items.map(({ metadata }) => metadata.name))
  while (!signal.aborted) {
    const name = NAMES[Math.floor(random.fraction() * NAMES.length)] ?? ''
    try {
      await change(client, { name, namespace }, present, written, random)
    } catch {
      written.unsure++
      present.delete(name)
      if (await isThere(client, { name, namespace })) present.add(name)
    }
    await sleep(EVERY_MS)
  }
}

type Key = { readonly name: string; readonly namespace: string }

async function change(client: KubeClient, key: Key, present: Set<string>, written: Written, random: Random): Promise<void> {
  const isThere = present.has(key.name)
  if (isThere && random.fraction() < 0.3) {
    await client.delete(CONFIG_MAPS, key)
    present.delete(key.name)
    written.deletes++
    return
  }
  const object = {
    metadata: key,
    data: { filler: 'x'.repeat(Math.floor(random.fraction() * 3_000)), at: String(random.fraction()) },
  }
  const { metadata } = isThere
    ? await client.update<KubeObject>(CONFIG_MAPS, object)
    : await client.create<KubeObject>(CONFIG_MAPS, object)
  present.add(key.name)
  written.versions.push(metadata.resourceVersion ?? '')
}

async function isThere(client: KubeClient, key: Key): Promise<boolean> {
  try {
    await client.get(CONFIG_MAPS, key)
    return true
  } catch {
    return false
  }
}
