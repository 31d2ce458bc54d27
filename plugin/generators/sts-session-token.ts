import * as z from 'zod'
import { inCrd } from '../api/crd-facts.ts'
import { SecretError } from '../model/secret-error.ts'
import type { SessionCredentials, TokenServiceApi } from '../providers/aws/api.ts'
import type { ClientSettings } from '../providers/aws/client-settings.ts'
import { awsFields } from '../providers/aws/config-schema.ts'
import { callAws, checkAwsCaller } from './aws-calls.ts'
import { generatedValues } from './generated-values.ts'
import type { Generator } from './generator.ts'

const stsSpec = z
  .object({
    region: z.string().describe('Region of the token service.'),
    auth: awsFields.shape.auth,
    role: z.string().optional().describe('ARN of a role that asks, assumed first; AWS gives a session no other session.'),
    requestParameters: z
      .object({
        sessionDuration: inCrd(z.int().optional().describe('Seconds that the session lasts: 900 to 129600; 43200 without it.'), {
          instead: { type: 'integer' },
        }),
        serialNumber: z.string().optional().describe("Serial number or ARN of the user's MFA device."),
        tokenCode: z.string().optional().describe('The code that the device shows.'),
      })
      .optional()
      .describe('What is asked for.'),
  })
  .superRefine((spec, context) => {
    for (const { path, message } of checkAwsCaller(spec)) context.addIssue({ code: 'custom', path: [...path], message })
    if (spec.auth?.jwt) {
      context.addIssue({
        code: 'custom',
        path: ['auth', 'jwt'],
        message: 'cannot ask for a session: use secretRef, with the keys of an IAM user',
      })
    }
  })

/** A session of an IAM user: `access_key_id`, `secret_access_key`, `session_token` and `expiration` (AWS STS, GetSessionToken). */
export const stsSessionToken: Generator<z.output<typeof stsSpec>> = {
  kind: 'STSSessionToken',
  spec: stsSpec,
  stability: 'ephemeral',
  keysOf: () => ['access_key_id', 'secret_access_key', 'session_token', 'expiration'],
  async generate({ region, auth, role, requestParameters }, context, signal) {
    const { sessionDuration, serialNumber, tokenCode } = requestParameters ?? {}
    const request = { durationSeconds: sessionDuration, serialNumber, tokenCode }
    const session = await withOwnRemedy(
      callAws(
        {
          service: 'TokenService',
          caller: { region, auth, role },
          attempt: { action: 'sts:GetSessionToken', target: 'the session' },
        },
        context,
        tokenService,
        (api, attempt) => api.getSessionToken(request, attempt),
        signal,
      ),
    )
    return {
      values: generatedValues({
        access_key_id: session.accessKeyId,
        secret_access_key: session.secretAccessKey,
        session_token: session.sessionToken,
        expiration: String(Math.floor(session.expiration.getTime() / 1000)),
      }),
    }
  },
}

/** No policy can allow this call; what AWS refuses is a session that asks for another one, or a wrong code. */
async function withOwnRemedy(session: Promise<SessionCredentials>): Promise<SessionCredentials> {
  try {
    return await session
  } catch (thrown) {
    if (!(thrown instanceof SecretError) || thrown.kind !== 'AccessDenied' || !thrown.message.includes('GetSessionToken'))
      throw thrown
    throw new SecretError('AccessDenied', thrown.message, {
      place: thrown.place,
      remedy: 'let an IAM user with its own keys ask, not a role, and check serialNumber and tokenCode',
    })
  }
}

async function tokenService(settings: ClientSettings): Promise<TokenServiceApi> {
  return (await import('../providers/aws/sdk-token-service.ts')).tokenServiceApi(settings)
}
