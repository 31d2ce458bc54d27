import { AwsFailure } from './aws-failure.ts'
import { type Attempt, explain } from './explain.ts'

/** What `call` gives; an AwsFailure comes out as the SecretError that it means. */
export async function explained<T>(call: Promise<T>, attempt: Attempt): Promise<T> {
  try {
    return await call
  } catch (thrown) {
    throw thrown instanceof AwsFailure ? explain(thrown, attempt) : thrown
  }
}
