import type { Home } from './secret-vault.ts'

/** Twelve hours (Amazon ECR API reference, GetAuthorizationToken), in milliseconds. */
const LIFETIME_MS = 12 * 3_600_000

interface RegistryCall {
  readonly home: Home
  readonly caller: string
  readonly nowMs: number
}

/** What logs the caller in: to the private registry of an account and region, or to the public one. */
export function registryLogin(isPublic: boolean, { home, caller, nowMs }: RegistryCall): object {
  const token = {
    authorizationToken: Buffer.from(`AWS:password:of:${caller}`).toString('base64'),
    expiresAt: (nowMs + LIFETIME_MS) / 1000,
  }
  if (isPublic) return { authorizationData: token }
  return { authorizationData: [{ ...token, proxyEndpoint: `https://${home.account}.dkr.ecr.${home.region}.amazonaws.com` }] }
}
