import { AwsClient, type AwsSecurityCredentials } from 'google-auth-library'

export interface AwsIdentity {
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string | undefined
}

/**
 * The subject token for Google's STS: a request that AWS' own STS would answer with the caller's identity, signed and not sent
 * (IAM, "Workload identity federation with AWS"). The library signs; its own exchange is not used, because it brings a transport of its own.
 */
export async function awsSubjectToken(identity: AwsIdentity, audience: string): Promise<string> {
  const credentials: AwsSecurityCredentials = {
    accessKeyId: identity.accessKeyId,
    secretAccessKey: identity.secretAccessKey,
    ...(identity.sessionToken !== undefined && { token: identity.sessionToken }),
  }
  const client = new AwsClient({
    audience,
    subject_token_type: AWS_TOKEN_TYPE,
    aws_security_credentials_supplier: {
      getAwsRegion: async () => identity.region,
      getAwsSecurityCredentials: async () => credentials,
    },
  })
  return client.retrieveSubjectToken()
}

export const AWS_TOKEN_TYPE = 'urn:ietf:params:aws:token-type:aws4_request'
