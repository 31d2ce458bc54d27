import '../../api/jitless.ts'
import * as z from 'zod'
import type { SyncWindow } from './sync-window.ts'

/** What is read of an AppProject (argoproj.io/v1alpha1). */
export interface AppProject {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly windows: readonly SyncWindow[]
}

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '')
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false)
const texts = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? [])

const appProject = z.object({
  metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()).optional() }),
  spec: z
    .object({
      syncWindows: z
        .array(
          z.object({
            kind: text,
            schedule: text,
            duration: text,
            applications: texts,
            namespaces: texts,
            clusters: texts,
            manualSync: flag,
            timeZone: text,
            andOperator: flag,
          }),
        )
        .nullish(),
    })
    .nullish(),
})

/** `undefined` for what is no AppProject: a field of the wrong type must not count as no window. */
export function readAppProject(object: unknown): AppProject | undefined {
  const { data } = appProject.safeParse(object)
  if (!data) return undefined
  const { metadata, spec } = data
  return { name: metadata.name, labels: metadata.labels ?? {}, windows: spec?.syncWindows ?? [] }
}
