import type { Request, Response } from 'express'
import type { NativeFailures } from '../../call-control.ts'

/** An error answer of Key Vault ("Authentication, requests and responses", error model): the code decides, the text is for people. */
export interface VaultFailure {
  readonly status: number
  readonly code: string
  readonly inner?: string
  readonly message: string
}

export function failWith(response: Response, { status, code, inner, message }: VaultFailure): void {
  response.status(status).json({ error: { code, message, ...(inner && { innererror: { code: inner } }) } })
}

export const notFound = (kind: 'Secret' | 'Key' | 'Certificate', name: string): VaultFailure => ({
  status: 404,
  code: `${kind}NotFound`,
  message: `A ${kind.toLowerCase()} with (name/id) ${name} was not found in this key vault.`,
})

export const badParameter = (message: string): VaultFailure => ({ status: 400, code: 'BadParameter', message })

export const disabled = (kind: 'Secret' | 'Key' | 'Certificate'): VaultFailure => ({
  status: 403,
  code: 'Forbidden',
  inner: `${kind}Disabled`,
  message: `Operation get is not allowed on a disabled ${kind.toLowerCase()}.`,
})

export const forbidden: VaultFailure = {
  status: 403,
  code: 'Forbidden',
  inner: 'ForbiddenByRbac',
  message: 'Caller is not authorized to perform action on resource.',
}

export const vaultFailures: NativeFailures = {
  throttled(_request: Request, response: Response) {
    response.set('Retry-After', '1')
    failWith(response, {
      status: 429,
      code: 'Throttled',
      message: 'Request was not processed because too many requests were received.',
    })
  },
  denied(_request: Request, response: Response) {
    failWith(response, forbidden)
  },
  internalError(_request: Request, response: Response) {
    failWith(response, { status: 500, code: 'InternalServerError', message: 'Internal server error.' })
  },
}
