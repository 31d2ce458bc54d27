import { SecretError } from '../../model/secret-error.ts'

/** Google knows the caller, who lacks a right (google/rpc/code.proto, PERMISSION_DENIED): another call may be allowed. */
export class NotAllowed extends SecretError {
  constructor(message: string, remedy: string) {
    super('AccessDenied', message, { remedy })
  }
}
