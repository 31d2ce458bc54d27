import type { Clock } from '../../model/clock.ts'
import type { SourceCache } from './source-cache.ts'
import type { ToolSlots } from './tool-slots.ts'

/** What rendering a source needs from its surroundings. */
export interface SourceTools {
  /** The folders where helm, kustomize and git are looked for, as in `PATH`. */
  readonly path: string
  /** `HTTPS_PROXY` and its like (`tool-proxies.ts`): all that the tools see of the environment beside PATH and HOME. */
  readonly proxies: Readonly<Record<string, string>>
  /** Where a folder for one run of the tools is made; this user's alone, made where it is not there. */
  readonly temporaryFolder: string
  readonly clock: Pick<Clock, 'now'>
  /** What is left of the render's time, in milliseconds. */
  remainingMs(): number
  /** The administrator's word; an author cannot set it. */
  readonly kustomizeEnableHelm: boolean
  /** Without one the tools run every time. */
  readonly cache: SourceCache | undefined
  /** Without it there is no limit to how many run at once. */
  readonly slots: ToolSlots | undefined
}
