import type { Place } from '../model/secret-error.ts'

/** Something that a render does all the same: nothing of a value in it. */
export interface ExpansionWarning {
  readonly place: Place
  readonly message: string
}
