import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Request } from 'express'
import type { AccessKey, KeyRing } from './key-ring.ts'
import type { ServiceFailure } from './service-failure.ts'

/** What a verified request says about itself. */
export interface Signed {
  readonly key: AccessKey
  readonly region: string
}

/** The service's way of naming what is wrong: JSON services and STS use other codes for the same refusals. */
export interface SignatureCodes {
  readonly unknownKey: ServiceFailure
  readonly badSignature: ServiceFailure
  readonly expiredToken: ServiceFailure
  readonly unsigned: ServiceFailure
  incomplete(message: string): ServiceFailure
  scope(message: string): ServiceFailure
}

export interface Verification {
  /** `secretsmanager`, `ssm` or `sts`. */
  readonly service: string
  readonly regions: ReadonlySet<string>
  readonly keys: KeyRing
  readonly nowMs: number
  readonly codes: SignatureCodes
}

/** AWS refuses a signature that is older or newer than this (AWS General Reference, Signature Version 4). */
const MAX_SKEW_MS = 5 * 60_000
const AUTHORIZATION = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/

/** Checks the signature as AWS does: key, token, date, scope, then the HMAC over the canonical request. Throws ServiceFailure. */
export function verifySignature(request: Request, body: Buffer, verification: Verification): Signed {
  const { codes, keys, nowMs } = verification
  const authorization = request.header('authorization')
  if (!authorization) throw codes.unsigned
  const [, credential = '', signedHeaders = '', signature = ''] = AUTHORIZATION.exec(authorization) ?? []
  if (!signature) throw codes.incomplete('Authorization header requires Credential, SignedHeaders and Signature parameters.')

  const [accessKeyId = '', day = '', region = '', service = '', terminator = ''] = credential.split('/')
  const date = request.header('x-amz-date') ?? ''
  const headers = signedHeaders.split(';')
  if (!headers.includes('host') || !headers.includes('x-amz-date')) {
    throw codes.incomplete("'Host' and 'X-Amz-Date' must be a 'SignedHeader' in the AWS Authorization.")
  }
  const key = keys.find(accessKeyId)
  if (!key) throw codes.unknownKey
  checkToken(request, headers, key, verification)
  checkScope({ day, region, service, terminator }, date, verification)
  if (Math.abs(parseDate(date) - nowMs) > MAX_SKEW_MS) throw codes.scope(skewMessage(date, nowMs))

  const expected = sign(key.secretAccessKey, [day, region, service], date, canonicalRequest(request, headers, body))
  if (!timingSafeEqual(Buffer.from(expected), Buffer.from(signature))) throw codes.badSignature
  return { key, region }
}

function checkToken(request: Request, signedHeaders: readonly string[], key: AccessKey, verification: Verification): void {
  const token = request.header('x-amz-security-token')
  if (token !== key.session?.token) throw verification.codes.unknownKey
  if (token && !signedHeaders.includes('x-amz-security-token')) throw verification.codes.badSignature
  if (key.session && key.session.expiresAtMs <= verification.nowMs) throw verification.codes.expiredToken
}

interface Scope {
  readonly day: string
  readonly region: string
  readonly service: string
  readonly terminator: string
}

function checkScope(scope: Scope, date: string, { service, regions, codes }: Verification): void {
  if (scope.terminator !== 'aws4_request')
    throw codes.scope("Credential should be scoped with a valid terminator: 'aws4_request'.")
  if (scope.service !== service) throw codes.scope(`Credential should be scoped to correct service: '${service}'.`)
  if (!regions.has(scope.region)) throw codes.scope('Credential should be scoped to a valid region.')
  if (!date.startsWith(scope.day))
    throw codes.scope('Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date.')
}

function skewMessage(date: string, nowMs: number): string {
  const now = amzDate(nowMs)
  return date < now
    ? `Signature expired: ${date} is now earlier than ${amzDate(nowMs - MAX_SKEW_MS)} (${now} - 5 min.)`
    : `Signature not yet current: ${date} is still later than ${amzDate(nowMs + MAX_SKEW_MS)} (${now} + 5 min.)`
}

function parseDate(date: string): number {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? []
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.map(Number)
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

function amzDate(ms: number): string {
  return new Date(ms).toISOString().replaceAll(/[-:]|\.\d{3}/g, '')
}

/** AWS General Reference, "Create a canonical request". */
function canonicalRequest(request: Request, signedHeaders: readonly string[], body: Buffer): string {
  const url = new URL(request.originalUrl, 'http://emulator')
  const path = url.pathname.split('/').map(encodeStrictly).join('/')
  const query = [...url.searchParams]
    .map(([name, value]) => `${encodeStrictly(name)}=${encodeStrictly(value)}`)
    .sort()
    .join('&')
  const headers = signedHeaders.map((name) => `${name}:${(request.header(name) ?? '').trim().replaceAll(/ +/g, ' ')}\n`).join('')
  return [request.method, path, query, headers, signedHeaders.join(';'), sha256(body)].join('\n')
}

function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
}

function sign(secret: string, scope: readonly string[], date: string, canonical: string): string {
  const key = [...scope, 'aws4_request'].reduce<string | Buffer>((key, part) => hmac(key, part), `AWS4${secret}`)
  const toSign = ['AWS4-HMAC-SHA256', date, [...scope, 'aws4_request'].join('/'), sha256(canonical)].join('\n')
  return hmac(key, toSign).toString('hex')
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}
