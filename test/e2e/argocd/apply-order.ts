import type { AuditEvent, KubeApiServer } from '../servers/kube-api-server.ts'

const WRITES: ReadonlySet<string> = new Set(['create', 'update', 'patch'])

/** What Argo CD wrote into a namespace, in the order of its first requests: `secrets/database`, `pods/app`. By the API server's audit log. */
export async function applyOrder(api: KubeApiServer, namespace: string): Promise<readonly string[]> {
  const written = (await api.audit())
    .filter((event) => event.objectRef?.namespace === namespace && isApply(event))
    .toSorted((one, other) => one.requestReceivedTimestamp.localeCompare(other.requestReceivedTimestamp))
    .map(({ objectRef }) => `${objectRef?.resource}/${objectRef?.name}`)
  return [...new Set(written)]
}

function isApply({ verb, userAgent = '', requestURI, responseStatus }: AuditEvent): boolean {
  const tried = requestURI.includes('dryRun=')
  return (
    WRITES.has(verb) && userAgent.startsWith('argocd-application-controller') && !tried && (responseStatus?.code ?? 500) < 400
  )
}
