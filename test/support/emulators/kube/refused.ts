import type { ServedResource } from './stored-object.ts'

export interface Cause {
  readonly reason: string
  readonly field?: string
  readonly message?: string
}

/** An answer that is no success, in the form of metav1.Status. */
export class Refused extends Error {
  readonly code: number
  readonly reason: string
  readonly causes: readonly Cause[]
  readonly retryAfterSeconds: number | undefined
  /** What is spoken of, where that is one object. */
  about: { readonly name: string; readonly kind: string } | undefined

  constructor(code: number, reason: string, message: string, causes: readonly Cause[] = [], retryAfterSeconds?: number) {
    super(message)
    this.code = code
    this.reason = reason
    this.causes = causes
    this.retryAfterSeconds = retryAfterSeconds
  }

  /** metav1.Status. */
  status(): object {
    const { causes, retryAfterSeconds } = this
    const details = {
      ...this.about,
      ...(causes.length > 0 && { causes }),
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    }
    const said = { status: 'Failure', message: this.message, reason: this.reason, details, code: this.code }
    return { kind: 'Status', apiVersion: 'v1', metadata: {}, ...said }
  }
}

export function notFound({ plural }: ServedResource, name: string): Refused {
  const refused = new Refused(404, 'NotFound', `${plural} "${name}" not found`)
  refused.about = { name, kind: plural }
  return refused
}

export function alreadyExists({ plural }: ServedResource, name: string): Refused {
  return new Refused(409, 'AlreadyExists', `${plural} "${name}" already exists`)
}

export function conflict({ plural }: ServedResource, name: string, why: string): Refused {
  return new Refused(409, 'Conflict', `Operation cannot be fulfilled on ${plural} "${name}": ${why}`)
}

/** `reason` as in metav1.CauseType: `FieldValueInvalid`, `FieldValueRequired`, `FieldValueForbidden`. */
export function invalid({ kind }: ServedResource, name: string, reason: string, field: string): Refused {
  return new Refused(422, 'Invalid', `${kind} "${name}" is invalid: ${field}`, [{ reason, field, message: 'is wrong' }])
}

export function badRequest(message: string): Refused {
  return new Refused(400, 'BadRequest', message)
}

export function expired(message: string): Refused {
  return new Refused(410, 'Expired', message)
}
