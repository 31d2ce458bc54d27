/** A credential of somebody else that the Security Token Service takes for one of Google's. */
export interface SubjectToken {
  readonly text: string
  /** `urn:ietf:params:oauth:token-type:jwt` and its like. */
  readonly type: string
}

export type SubjectTokenSource = (signal: AbortSignal) => Promise<SubjectToken>
