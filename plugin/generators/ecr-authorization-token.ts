import * as z from 'zod'
import { inCrd } from '../api/crd-facts.ts'
import { SecretValue } from '../model/secret-value.ts'
import type { ContainerRegistryApi } from '../providers/aws/api.ts'
import type { ClientSettings } from '../providers/aws/client-settings.ts'
import { awsFields } from '../providers/aws/config-schema.ts'
import { type AwsCaller, callAws, checkAwsCaller } from './aws-calls.ts'
import type { Generator } from './generator.ts'

const ecrSpec = z
  .object({
    region: z.string().describe('Region of the registry; us-east-1 for the public one.'),
    auth: awsFields.shape.auth,
    role: z.string().optional().describe('ARN of a role that asks, assumed first.'),
    scope: inCrd(
      z.enum(['private', 'public']).optional().describe('Which registry: the private one of the account without it.'),
      {
        instead: { type: 'string' },
      },
    ),
  })
  .superRefine((spec, context) => {
    for (const { path, message } of checkAwsCaller(spec)) context.addIssue({ code: 'custom', path: [...path], message })
  })

type EcrSpec = z.output<typeof ecrSpec>

/** A login to Amazon ECR for twelve hours: `username`, `password`, `expires_at` and, of a private registry, `proxy_endpoint`. */
export const ecrAuthorizationToken: Generator<EcrSpec> = {
  kind: 'ECRAuthorizationToken',
  spec: ecrSpec,
  stability: 'ephemeral',
  keysOf: ({ scope }) => ['username', 'password', ...(scope === 'public' ? [] : ['proxy_endpoint']), 'expires_at'],
  async generate(spec, context, signal) {
    const isPublic = spec.scope === 'public'
    const token = await callAws(
      {
        service: isPublic ? 'PublicRegistry' : 'ContainerRegistry',
        caller: callerOf(spec),
        attempt: isPublic ? PUBLIC_ATTEMPT : PRIVATE_ATTEMPT,
      },
      context,
      isPublic ? publicRegistry : privateRegistry,
      (api, attempt) => api.authorizationToken(attempt),
      signal,
    )
    const values = new Map([
      ['username', SecretValue.fromText(token.username)],
      ['password', token.password],
      ['expires_at', SecretValue.fromText(String(Math.floor(token.expiresAtMs / 1000)))],
    ])
    if (!isPublic) values.set('proxy_endpoint', SecretValue.fromText(token.proxyEndpoint ?? ''))
    return { values }
  },
}

const PRIVATE_ATTEMPT = { action: 'ecr:GetAuthorizationToken', target: 'the registry' }
/** Both rights are needed (Amazon ECR public, "Registry authentication"). */
const PUBLIC_ATTEMPT = {
  action: 'ecr-public:GetAuthorizationToken (with sts:GetServiceBearerToken)',
  target: 'the public registry',
}

/** Keys win over jwt here, the other way round than in a store (external-secrets.md 7.1). */
function callerOf({ region, auth, role }: EcrSpec): AwsCaller {
  const { accessKeyIDSecretRef, secretAccessKeySecretRef } = auth?.secretRef ?? {}
  const hasKeys = accessKeyIDSecretRef && secretAccessKeySecretRef
  return { region, role, auth: hasKeys ? { secretRef: auth?.secretRef } : auth }
}

async function privateRegistry(settings: ClientSettings): Promise<ContainerRegistryApi> {
  return (await import('../providers/aws/sdk-container-registry.ts')).containerRegistryApi(settings)
}

async function publicRegistry(settings: ClientSettings): Promise<ContainerRegistryApi> {
  return (await import('../providers/aws/sdk-public-registry.ts')).publicRegistryApi(settings)
}
