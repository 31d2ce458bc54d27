import type { Principal } from './key-ring.ts'
import { ServiceFailure } from './service-failure.ts'

/** Explicit denials, as an IAM policy would have them; everything else is allowed. */
export class AccessRules {
  readonly #denied = new Set<string>()

  /** Denies `action` (`ssm:GetParameter`) on one resource, or on all. */
  deny(action: string, resource = '*'): void {
    this.#denied.add(`${action} ${resource}`)
  }

  allowAll(): void {
    this.#denied.clear()
  }

  denies(action: string, resource: string): boolean {
    return this.#denied.has(`${action} *`) || this.#denied.has(`${action} ${resource}`)
  }

  /** Throws AccessDeniedException in AWS's words. */
  check(principal: Principal, action: string, resource: string): void {
    if (this.denies(action, resource)) throw accessDenied(principal.arn, action, resource)
  }
}

function accessDenied(arn: string, action: string, resource: string): ServiceFailure {
  const reason = `because no identity-based policy allows the ${action} action`
  return new ServiceFailure(
    'AccessDeniedException',
    `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} ${reason}`,
  )
}
