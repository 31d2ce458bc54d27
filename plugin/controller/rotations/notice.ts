import '../../api/jitless.ts'
import * as z from 'zod'
import type { KubeObject } from '../../kube/kube-object.ts'
import { jsonObject, type Rotation, rotatedKey } from './rotation.ts'

/** Says to whoever leads that something was rotated. */
export interface Notice {
  /** Of its event, so that this is taken once; else by chance. */
  readonly id: string
  /** When it was taken, in ISO 8601: for people. */
  readonly at: string
  readonly rotation: Rotation
}

export interface NoticeMap extends KubeObject {
  readonly data?: Readonly<Record<string, string>>
}

const ENTRY = 'notices'

const head = z.object({ id: z.string().min(1), at: z.string() })
const rotatedNames = z.object({
  provider: z.enum(['aws', 'azurekv', 'gcpsm']),
  names: z.array(z.string()).transform((names) => new Set(names)),
  atMs: z.number().optional(),
})
const written = z.union([head.extend(rotatedKey.shape), head.extend(rotatedNames.shape)])

/** In the order in which they were written; what is no notice is left out. */
export function noticesIn(map: NoticeMap | undefined): readonly Notice[] {
  return (map?.data?.[ENTRY] ?? '').split('\n').flatMap((line) => {
    const { data } = written.safeParse(jsonObject(line))
    if (!data) return []
    const { id, at, ...rotation } = data
    return [{ id, at, rotation }]
  })
}

/** A line each. */
export function noticeData(notices: readonly Notice[]): NonNullable<NoticeMap['data']> {
  return { [ENTRY]: notices.map(lineOf).join('') }
}

/** What it takes in a ConfigMap. */
export function noticeBytes(notice: Notice): number {
  return Buffer.byteLength(lineOf(notice))
}

function lineOf({ id, at, rotation }: Notice): string {
  const what = 'store' in rotation ? rotation : { ...rotation, names: [...rotation.names] }
  return `${JSON.stringify({ id, at, ...what })}\n`
}
