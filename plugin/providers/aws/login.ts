import { quoteName } from '../../model/quote-name.ts'
import { createCallRunner } from '../call-runner.ts'
import type { HttpClient } from '../http-client.ts'
import type { OpenContext } from '../provider.ts'
import type { AwsCredentials, RoleRequest, TokenServiceApi } from './api.ts'
import { type BaseCredentials, baseCredentials, SESSION_NAME } from './base-credentials.ts'
import { callLimits } from './call-limits.ts'
import { type ClientSettings, clientSettings, signedWith } from './client-settings.ts'
import type { AwsConfig } from './config-schema.ts'
import { explained } from './explained.ts'
import { type Identity, identityFrom } from './identity.ts'
import { sessionTags } from './session-tags.ts'

/** Whose credentials the store says, roles assumed; `undefined` for the SDK's own chain alone. Throws SecretError InvalidSpec. */
export function identityOf(config: AwsConfig, context: OpenContext, http: HttpClient): Identity | undefined {
  const base = baseCredentials(config, context)
  const roles = roleRequests(config, context)
  if (base.kind === 'chain' && roles.length === 0) return undefined

  const settings = clientSettings('TokenService', config.region, context, http)
  const runner = createCallRunner(callLimits(context, config.service), context.clock, context.random)

  async function load(signal: AbortSignal): Promise<AwsCredentials> {
    let credentials = await firstCredentials(base, settings, (call) => runner.run(call, signal))
    for (const role of roles) {
      const api = await tokenService(credentials ? signed(settings, credentials) : settings)
      const attempt = { action: 'sts:AssumeRole', target: `the role ${quoteName(role.roleArn)}` }
      credentials = await runner.run((signal) => explained(api.assumeRole(role, signal), attempt), signal)
    }
    if (!credentials) throw new TypeError('no credentials and no role')
    return credentials
  }

  return identityFrom(load, context.clock)
}

type Run = <T>(call: (signal: AbortSignal) => Promise<T>) => Promise<T>

async function firstCredentials(base: BaseCredentials, settings: ClientSettings, run: Run): Promise<AwsCredentials | undefined> {
  if (base.kind === 'chain') return undefined
  if (base.kind === 'keys') return await base.load()
  const request = await base.load()
  const api = await tokenService(settings)
  const attempt = { action: 'sts:AssumeRoleWithWebIdentity', target: `the role ${quoteName(request.roleArn)}` }
  return await run((signal) => explained(api.assumeRoleWithWebIdentity(request, signal), attempt))
}

/** `additionalRoles` in their order, plain; then `role` with all that the store says of its session (external-secrets.md 7.1). */
function roleRequests(config: AwsConfig, { store }: OpenContext): readonly RoleRequest[] {
  const { role, additionalRoles = [], externalID, transitiveTagKeys } = config
  const before = additionalRoles.map((roleArn) => ({ roleArn, sessionName: SESSION_NAME }))
  if (!role) return before
  return [
    ...before,
    {
      roleArn: role,
      sessionName: SESSION_NAME,
      ...(externalID && { externalId: externalID }),
      tags: sessionTags(config, store),
      ...(transitiveTagKeys && { transitiveTagKeys }),
    },
  ]
}

function signed(settings: ClientSettings, credentials: AwsCredentials): ClientSettings {
  return signedWith(settings, () => credentials)
}

async function tokenService(settings: ClientSettings): Promise<TokenServiceApi> {
  const { tokenServiceApi } = await import('./sdk-token-service.ts')
  return tokenServiceApi(settings)
}
