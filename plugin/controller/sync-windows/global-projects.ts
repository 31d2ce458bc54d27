import '../../api/jitless.ts'
import * as z from 'zod'
import { selectsLabels } from '../../api/selects-labels.ts'
import { SecretError } from '../../model/secret-error.ts'
import { readYamlValue } from '../../stream/read-yaml-value.ts'
import type { AppProject } from './read-app-project.ts'

const setting = z.array(
  z.object({
    projectName: z.string().default(''),
    labelSelector: z
      .object({
        matchLabels: z.record(z.string(), z.string()).default({}),
        matchExpressions: z
          .array(
            z.object({
              key: z.string(),
              operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
              values: z.array(z.string()).default([]),
            }),
          )
          .default([]),
      })
      .nullish(),
  }),
)

/**
 * Names of the projects whose windows hold for `project` as well, by `globalProjects` of the ConfigMap argocd-cm (argo-cd v3.6, util/argo,
 * GetGlobalProjects). Throws SecretError InvalidSpec.
 */
export function globalProjectsOf(text: string, project: Pick<AppProject, 'name' | 'labels'>): readonly string[] {
  if (text.trim() === '') return []
  const { data } = setting.safeParse(valueOf(text))
  if (!data) throw unreadable()
  return data
    .filter(
      ({ projectName, labelSelector }) => projectName !== project.name && selectsLabels(labelSelector ?? {}, project.labels),
    )
    .map(({ projectName }) => projectName)
}

function valueOf(text: string): unknown {
  try {
    return readYamlValue(text)
  } catch {
    throw unreadable()
  }
}

function unreadable(): SecretError {
  return new SecretError('InvalidSpec', 'globalProjects of the ConfigMap argocd-cm cannot be read', {
    remedy: 'give a list of projectName and labelSelector',
  })
}
