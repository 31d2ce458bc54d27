import type { TokenSource } from './access-token.ts'

/** Who a store logs in as. */
export interface Login {
  readonly source: TokenSource
  /** The project that the credential itself belongs to. */
  readonly project: string | undefined
  /** Whose quota the calls count for, where it is not the secrets' own project. */
  readonly quotaProject: string | undefined
}
