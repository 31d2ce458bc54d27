import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { builtInstall } from '../kubernetes/kustomize-build.ts'
import { objectPath } from '../kubernetes/object-paths.ts'
import type { AuditEvent, KubeApiServer } from '../servers/kube-api-server.ts'
import type { KubeObject } from '../servers/kube-object.ts'

/** An account with the rights that an installation gives it, and nothing more. */
export interface InstalledAccount {
  readonly kubeconfig: string
  /** `get argoproj.io/applications`, each once. */
  readonly granted: ReadonlySet<string>
  /** What it has asked for so far. */
  asked(): Promise<readonly AskedRight[]>
}

export interface AskedRight {
  readonly right: string
  readonly name: string | undefined
  readonly isDenied: boolean
}

const ACCOUNT = 'external-secrets-applications'
const KINDS: ReadonlySet<string> = new Set([
  'ServiceAccount',
  'Role',
  'RoleBinding',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
])

/** Installs the account of the controller beside Argo CD as `applications/annotations` has it: rights and admission, no Pod. */
export async function installAccount(api: KubeApiServer, folder: string): Promise<InstalledAccount> {
  const objects = (await builtInstall('applications/annotations')).filter(({ kind }) => KINDS.has(kind))
  for (const object of objects) await api.client.apply(objectPath(object), object, 'installer')
  const { status } = await api.client.call('POST', `/api/v1/namespaces/argocd/serviceaccounts/${ACCOUNT}/token`, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: 7_200 },
  })
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    clusters: [
      { name: 'here', cluster: { server: api.url, 'certificate-authority-data': Buffer.from(api.ca).toString('base64') } },
    ],
    users: [{ name: 'itself', user: { token: (status as { readonly token: string }).token } }],
    contexts: [{ name: 'here', context: { cluster: 'here', user: 'itself', namespace: 'argocd' } }],
  }
  const kubeconfig = path.join(folder, 'account.json')
  await writeFile(kubeconfig, JSON.stringify(config), { mode: 0o600 })
  const user = `system:serviceaccount:argocd:${ACCOUNT}`
  return {
    kubeconfig,
    granted: new Set(objects.flatMap(grantedBy)),
    asked: async () => (await api.audit()).filter((event) => event.user?.username === user).map(askedBy),
  }
}

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
}

function grantedBy({ kind, rules }: KubeObject): readonly string[] {
  if (kind !== 'Role') return []
  return (rules as readonly Rule[]).flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => `${verb} ${group}/${resource}`))),
  )
}

function askedBy({ verb, objectRef, responseStatus }: AuditEvent): AskedRight {
  const { apiGroup = '', resource = '', name } = objectRef ?? {}
  return { right: `${verb} ${apiGroup}/${resource}`, name, isDenied: responseStatus?.code === 403 }
}
