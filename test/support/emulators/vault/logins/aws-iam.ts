import http from 'node:http'
import { text } from 'node:stream/consumers'
import type { TokenOptions } from '../token-store.ts'
import { VaultFailure } from '../vault-exchange.ts'
import { expectLogin, type LoginMethod, textField } from './login-method.ts'

export interface AwsRole extends TokenOptions {
  readonly boundPrincipalArn: string
}

export interface AwsLoginOptions {
  /** Where signed requests are sent on: the URL of an AWS emulator. */
  readonly sts: string
  /** The host of the endpoint that this Vault is set up for (`sts_endpoint`); it must be what was signed. */
  readonly stsHost?: string
  readonly serverIdHeaderValue?: string
  readonly roles: Readonly<Record<string, AwsRole>>
}

interface SignedRequest {
  readonly method: string
  readonly url: URL
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** The type iam of Vault's AWS auth method: a signed GetCallerIdentity request is sent on to AWS, which says whose it is. */
export function awsIamLogin(options: AwsLoginOptions): LoginMethod {
  return {
    type: 'aws',
    async login(request, path) {
      expectLogin(request, path)
      const name = textField(request, 'role')
      const role = options.roles[name]
      if (!role) throw new VaultFailure(400, `entry for role ${name} not found`)
      const signed = signedRequest((field) => textField(request, field))
      if (!signed.body.startsWith('Action=GetCallerIdentity&')) throw new VaultFailure(400, 'unexpected iam_request_body')
      checkServerId(signed, options.serverIdHeaderValue)
      if (signed.headers.get('host') !== (options.stsHost ?? 'sts.amazonaws.com')) throw refused()
      const arn = await callerArn(signed, options.sts)
      if (arn !== role.boundPrincipalArn) throw new VaultFailure(400, 'IAM Principal does not belong to the role')
      return { token: { displayName: 'aws', ...role }, metadata: { auth_type: 'iam', canonical_arn: arn, role_id: name } }
    },
  }
}

const refused = (): VaultFailure => new VaultFailure(400, 'error making upstream request: received error code 403 from STS')

function signedRequest(field: (name: string) => string): SignedRequest {
  const decoded = (name: string): string => Buffer.from(field(name), 'base64').toString()
  const headers = JSON.parse(decoded('iam_request_headers')) as Record<string, string | string[]>
  return {
    method: field('iam_http_request_method'),
    url: new URL(decoded('iam_request_url')),
    headers: new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value].flat().join(',')])),
    body: decoded('iam_request_body'),
  }
}

function checkServerId({ headers }: SignedRequest, wanted: string | undefined): void {
  if (wanted === undefined) return
  const signedNames = /SignedHeaders=([^,]+)/.exec(headers.get('authorization') ?? '')?.[1]?.split(';') ?? []
  if (headers.get('x-vault-aws-iam-server-id') !== wanted || !signedNames.includes('x-vault-aws-iam-server-id'))
    throw new VaultFailure(400, 'error validating X-Vault-AWS-IAM-Server-ID header')
}

/** The path, headers and body go to AWS as they were signed; the address is Vault's own business. */
async function callerArn({ method, url, headers, body }: SignedRequest, sts: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>()
  const outgoing = http.request(sts, { method, path: url.pathname, headers: Object.fromEntries(headers) }, resolve)
  outgoing.on('error', reject).end(body)
  const answer = await promise
  const arn = /<Arn>(.*)<\/Arn>/.exec(await text(answer))?.[1]
  if (answer.statusCode !== 200 || arn === undefined) throw refused()
  return arn
}
