/** A generator that made values for one ExternalSecret: names, never a value. */
export interface GeneratorFact {
  /** `namespace/name` */
  readonly externalSecret: string
  /** Kind and name, `Password default/database`. */
  readonly generator: string
}
