import { readFile } from 'node:fs/promises'
import { SecretError } from '../../../model/secret-error.ts'
import type { ServiceAccountSelector } from '../../credential-source.ts'
import type { OpenContext } from '../../provider.ts'
import type { AzureKvConfig } from '../config.ts'
import { type Application, ASSERTION_TYPE } from './entra-id.ts'
import { AUTH_FIELD, credentialText } from './service-principal.ts'

/** The audience that Entra ID wants in a token that it exchanges ("Workload identity federation"). */
const EXCHANGE_AUDIENCE = 'api://AzureADTokenExchange'
/** Set on a ServiceAccount by who installs workload identity ("Azure AD Workload Identity", service account annotations). */
const CLIENT_ANNOTATION = 'azure.workload.identity/client-id'
export const TENANT_ANNOTATION = 'azure.workload.identity/tenant-id'
const FIELD = 'spec.provider.azurekv.serviceAccountRef'

/** An application that a Kubernetes service account speaks for (`authType: WorkloadIdentity`). Throws SecretError. */
export async function workloadIdentity(config: AzureKvConfig, context: OpenContext): Promise<Application> {
  const { serviceAccountRef } = config
  return serviceAccountRef ? ofServiceAccount(serviceAccountRef, config, context) : ofThisProcess(context)
}

/** Everything from the environment, as the webhook of workload identity sets it for a pod. */
function ofThisProcess({ environment }: OpenContext): Application {
  const [clientId, tenantId, file] = ['AZURE_CLIENT_ID', 'AZURE_TENANT_ID', 'AZURE_FEDERATED_TOKEN_FILE'].map(
    (name) => environment.get(name) ?? '',
  )
  if (!clientId || !tenantId || !file) {
    throw new SecretError('AccessDenied', 'this process has no workload identity of its own', {
      remedy:
        'set AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_FEDERATED_TOKEN_FILE (label the pod azure.workload.identity/use: "true"), or name a serviceAccountRef',
    })
  }
  return { tenantId, clientId, proof: async () => assertion(await mountedToken(file)) }
}

/** The kubelet replaces the file long before its token expires: it is read at every login. */
async function mountedToken(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch {
    throw new SecretError('AccessDenied', 'the file that AZURE_FEDERATED_TOKEN_FILE names cannot be read', {
      remedy: 'check that the token is mounted and that this process may read it',
    })
  }
}

async function ofServiceAccount(
  account: ServiceAccountSelector,
  config: AzureKvConfig,
  context: OpenContext,
): Promise<Application> {
  const annotations = (await context.credentials.serviceAccountAnnotations(account, FIELD)) ?? new Map<string, string>()
  // The newer client of the External Secrets Operator does not look at authSecretRef here (external-secrets.md 7.2, useAzureSDK).
  const secretRef = config.useAzureSDK ? undefined : config.authSecretRef
  const clientId = oneOf('client id', [
    secretRef?.clientId && (await credentialText(secretRef.clientId, 'clientId', context)),
    annotations.get(CLIENT_ANNOTATION),
  ])
  const named = secretRef?.tenantId ? await credentialText(secretRef.tenantId, 'tenantId', context) : config.tenantId
  const tenantId = oneOf('tenant id', [named, annotations.get(TENANT_ANNOTATION)], context.environment.get('AZURE_TENANT_ID'))
  const audiences = [EXCHANGE_AUDIENCE, ...(account.audiences ?? [])]
  const token = async (): Promise<string> => {
    const value = await context.credentials.serviceAccountToken({ ...account, audiences }, FIELD)
    return new TextDecoder().decode(value.reveal()).trim()
  }
  return { tenantId, clientId, proof: async () => assertion(await token()) }
}

/** Exactly one of the store and the ServiceAccount may say it. */
function oneOf(what: string, [ofStore, ofAccount]: readonly (string | undefined)[], otherwise?: string): string {
  if (ofStore && ofAccount) {
    throw new SecretError('InvalidSpec', `the ${what} is both in the store and in an annotation of the ServiceAccount`, {
      place: { field: FIELD },
      remedy: 'take one of them away',
    })
  }
  const found = ofStore || ofAccount || otherwise
  if (found) return found
  const annotation = what === 'client id' ? CLIENT_ANNOTATION : TENANT_ANNOTATION
  throw new SecretError('InvalidSpec', `no ${what} for the workload identity`, {
    place: { field: FIELD },
    remedy: `annotate the ServiceAccount with ${annotation}, or name the ${what} in the store (${AUTH_FIELD})`,
  })
}

function assertion(token: string): Readonly<Record<string, string>> {
  return { client_assertion_type: ASSERTION_TYPE, client_assertion: token }
}
