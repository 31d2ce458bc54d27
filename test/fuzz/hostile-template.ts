import type { Language } from './template-trial.ts'

export interface HostileTemplate {
  readonly language: Language
  /** The attack, and the advisory where there is one. */
  readonly what: string
  readonly template: string
  /** What it gives; without it the template must fail. */
  readonly gives?: string
  /** `as said`: gives what it should or fails; `bounded`: either, within the budget. */
  readonly ends: 'as said' | 'bounded'
}
