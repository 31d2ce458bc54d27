import { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts'
import type { SessionCredentials, TokenServiceApi } from './api.ts'
import { AwsFailure, failing } from './aws-failure.ts'
import type { ClientSettings } from './client-settings.ts'

export function tokenServiceApi(settings: ClientSettings): TokenServiceApi {
  const client = new STSClient(settings)

  return {
    async assumeRole({ roleArn, sessionName, externalId, tags = [], transitiveTagKeys = [] }, abortSignal) {
      const command = new AssumeRoleCommand({
        RoleArn: roleArn,
        RoleSessionName: sessionName,
        ...(externalId !== undefined && { ExternalId: externalId }),
        ...(tags.length > 0 && { Tags: tags.map(({ key, value }) => ({ Key: key, Value: value })) }),
        ...(transitiveTagKeys.length > 0 && { TransitiveTagKeys: [...transitiveTagKeys] }),
      })
      const { Credentials } = await failing(client.send(command, { abortSignal }))
      return credentials(Credentials)
    },

    async getSessionToken({ durationSeconds, serialNumber, tokenCode }, abortSignal) {
      const command = new GetSessionTokenCommand({
        ...(durationSeconds !== undefined && { DurationSeconds: durationSeconds }),
        ...(serialNumber !== undefined && { SerialNumber: serialNumber }),
        ...(tokenCode !== undefined && { TokenCode: tokenCode }),
      })
      const { Credentials } = await failing(client.send(command, { abortSignal }))
      return credentials(Credentials)
    },

    async findCredentials() {
      await failing(client.config.credentials())
    },

    async assumeRoleWithWebIdentity({ roleArn, sessionName, token }, abortSignal) {
      const command = new AssumeRoleWithWebIdentityCommand({
        RoleArn: roleArn,
        RoleSessionName: sessionName,
        WebIdentityToken: new TextDecoder().decode(token.reveal()).trim(),
      })
      const { Credentials } = await failing(client.send(command, { abortSignal }))
      return credentials(Credentials)
    },
  }
}

interface Session {
  readonly AccessKeyId: string | undefined
  readonly SecretAccessKey: string | undefined
  readonly SessionToken: string | undefined
  readonly Expiration: Date | undefined
}

function credentials(session: Session | undefined): SessionCredentials {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = session ?? {}
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) throw new AwsFailure('UnreadableAnswer')
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken, expiration: Expiration }
}
