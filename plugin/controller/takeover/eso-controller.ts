import type { KubeObject } from '../../kube/kube-object.ts'

/** A Deployment (apps/v1), as far as it tells what runs in it. */
export interface DeploymentObject extends KubeObject {
  readonly spec?: {
    readonly replicas?: number
    readonly template?: { readonly spec?: { readonly containers?: readonly ContainerSpec[] } }
  }
  readonly status?: { readonly replicas?: number }
}

interface ContainerSpec {
  readonly name?: string
  readonly image?: string
  readonly command?: readonly string[]
  readonly args?: readonly string[]
}

/** A controller of the External Secrets Operator, with the flags that say what it reconciles (external-secrets.md 4.17). */
export interface EsoController {
  readonly namespace: string
  readonly name: string
  readonly controllerClass: string
  /** Empty: all. */
  readonly watchedNamespace: string
  /** Wanted, or still running. */
  readonly isRunning: boolean
}

/** Image names end with it, whatever registry they were copied to. */
const IMAGE = /(?:^|\/)external-secrets(?:-[a-z0-9]+)?(?::[^/]*)?(?:@[^/]*)?$/
/** The operator's other programs, which reconcile nothing of ours (external-secrets.md 4.17). */
const OTHER_PROGRAMS: ReadonlySet<string> = new Set(['webhook', 'certcontroller'])

/** What a Deployment runs of ESO; `undefined` for everything else. */
export function esoControllerOf({ metadata, spec, status }: DeploymentObject): EsoController | undefined {
  const container = spec?.template?.spec?.containers?.find(({ image = '' }) => IMAGE.test(image))
  if (!container) return undefined
  const words = [...(container.command ?? []), ...(container.args ?? [])]
  if (words.some((word) => OTHER_PROGRAMS.has(word))) return undefined
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    controllerClass: flagOf(words, 'controller-class') || 'default',
    watchedNamespace: flagOf(words, 'namespace') ?? '',
    isRunning: (spec?.replicas ?? 1) > 0 || (status?.replicas ?? 0) > 0,
  }
}

/** `--name=value` or `--name value`, also with one dash; the last one counts, as in Go's pflag. */
function flagOf(words: readonly string[], name: string): string | undefined {
  const flag = new RegExp(`^--?${name}(?:=(.*))?$`, 's')
  const found = words.flatMap((word, index) => {
    const match = flag.exec(word)
    return match ? [match[1] ?? words[index + 1] ?? ''] : []
  })
  return found.at(-1)
}
